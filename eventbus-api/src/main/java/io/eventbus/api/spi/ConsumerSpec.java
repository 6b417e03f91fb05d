package io.eventbus.api.spi;

import io.eventbus.api.Ordering;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import java.time.Duration;

/**
 * What the bus asks an adapter to consume.
 *
 * @param topic the topic
 * @param group the consumer group
 * @param ordering {@link Ordering#PER_AGGREGATE} asks that messages of one key are handed over in stored order, also after a lost
 *     connection and after a take-over, and by one owner at a time
 * @param startPosition where a new group begins
 * @param maxInFlight the most messages that will be un-settled at a time, those waiting for a retry included
 * @param maxProcessingTime how long one attempt may take
 * @param anonymous whether the group is of this consumer alone: its name is new, it is made whatever the adapter's topology setting says, and
 *     it is removed from the broker when the consumer closes; what a dead process leaves behind, the broker removes after some time
 */
public record ConsumerSpec(
        Topic topic,
        String group,
        Ordering ordering,
        StartPosition startPosition,
        int maxInFlight,
        Duration maxProcessingTime,
        boolean anonymous) {

    /** What a subscription of a durable group asks for. */
    public ConsumerSpec(
            Topic topic,
            String group,
            Ordering ordering,
            StartPosition startPosition,
            int maxInFlight,
            Duration maxProcessingTime) {
        this(topic, group, ordering, startPosition, maxInFlight, maxProcessingTime, false);
    }

    @Override
    public String toString() {
        return group + "@" + topic;
    }
}
