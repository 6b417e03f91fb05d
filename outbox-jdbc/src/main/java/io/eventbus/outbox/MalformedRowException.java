package io.eventbus.outbox;

/** A row of the outbox that nobody but the outbox should have written is not of its form. */
final class MalformedRowException extends RuntimeException {

    MalformedRowException(String what) {
        super(what);
    }
}
