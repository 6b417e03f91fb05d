package io.eventbus.api.spi;

import io.eventbus.api.Payload;

/**
 * A pure function from one content type to another, for subscriptions that ask for a content type of their own.
 *
 * <p>Concurrency: called from many worker threads at once.
 */
public interface PayloadTranscoder {

    /** The content type it reads. */
    String from();

    /** The content type it writes. */
    String to();

    /**
     * The payload in the other content type.
     *
     * @throws RuntimeException if the payload is malformed; the event is then dead-lettered
     */
    Payload transcode(Payload payload);
}
