package io.eventbus.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxRecord;

/**
 * An event of our own tables, as it was claimed.
 *
 * @param id its number in the log
 * @param shard the shard that it belongs to
 * @param epoch the epoch of the shard under which it was claimed; what is said of it later counts only under the same
 * @param topic where it is to be published
 * @param envelope the event
 * @param failures how often publishing it failed
 * @param waited whether it stands among those that wait, and not in the log
 */
record LogRow(long id, int shard, long epoch, Topic topic, Envelope envelope, int failures, boolean waited)
        implements OutboxRecord {

    /** Two claims of one row are the same record. */
    @Override
    public boolean equals(Object other) {
        return other instanceof LogRow row && row.id == id && row.epoch == epoch && row.waited == waited;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }
}
