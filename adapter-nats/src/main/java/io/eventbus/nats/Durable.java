package io.eventbus.nats;

import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.nats.client.api.ConsumerInfo;
import java.time.ZonedDateTime;

/**
 * A durable consumer that is there.
 *
 * @param state its state when it was last asked for
 * @param madeAt when its stream was made; where streams are not looked at, when the durable was made
 * @param newStream whether its sequences have nothing to do with those before
 */
record Durable(ConsumerInfo state, ZonedDateTime madeAt, boolean newStream) {

    /** The durable of a group on a topic: the same for ever, and another one for every other group or topic. */
    static String nameFor(String group, Topic topic) {
        return group + "@" + topic.name().replace('.', '=');
    }

    static String nameFor(ConsumerSpec spec) {
        return nameFor(spec.group(), spec.topic());
    }

    /** The stream sequence up to which a durable owes nothing: it is acknowledged, or lies before the durable's beginning. */
    static long floor(ConsumerInfo state) {
        boolean untouched = state.getDelivered().getConsumerSequence() == 0;
        long before = Math.max(
                state.getConsumerConfiguration().getStartSequence() - 1,
                untouched ? state.getDelivered().getStreamSequence() : 0);
        return Math.max(state.getAckFloor().getStreamSequence(), before);
    }

    /** The floor of this one. */
    long floor() {
        return floor(state);
    }
}
