package io.eventbus.core.wire;

/**
 * A finding inside the codec: what is wrong and where in the message. The codec turns it into the typed exception of the api, which also
 * says which message it was. It has no stack trace of its own, since hostile input must stay cheap.
 */
final class MalformedException extends Exception {

    MalformedException(String finding) {
        super(finding, null, false, false);
    }
}
