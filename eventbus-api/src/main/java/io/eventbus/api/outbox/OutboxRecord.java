package io.eventbus.api.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;

/**
 * An event as it stands in an outbox. A store implements it, so that whatever it needs to find the row again (its key, the epoch under which it
 * was claimed) travels with the record; the relay hands the same objects back.
 *
 * <p>Concurrency: immutable.
 */
public interface OutboxRecord {

    /** Where the event is to be published. */
    Topic topic();

    /** The event; its id is the broker's message id. */
    Envelope envelope();

    /** How often publishing it has failed in a way that counts; 0 at first. */
    int failures();
}
