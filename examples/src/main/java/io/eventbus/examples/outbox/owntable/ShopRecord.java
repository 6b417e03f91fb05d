package io.eventbus.examples.outbox.owntable;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxRecord;

/**
 * A row, as the relay carries it about.
 *
 * @param id the row's key
 * @param token under which claim it was given out; empty if it was only looked at
 */
record ShopRecord(long id, String token, Topic topic, Envelope envelope, int failures) implements OutboxRecord {}
