package io.eventbus.examples.demo;

/** An input that cannot be replayed; the message names file and line. */
final class BadInputException extends RuntimeException {
    BadInputException(String message) {
        super(message);
    }
}
