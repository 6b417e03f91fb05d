package io.eventbus.testkit.contract;

import io.eventbus.api.Ordering;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a child process does: it subscribes, and its handler takes a random time and then has its effect, which is the line it writes.
 *
 * @param topic what it subscribes to
 * @param group the group
 * @param ordering of the subscription
 * @param maxInFlight of the subscription
 * @param maxMillis the longest that a handler works before its effect
 * @param hold where handlers wait until they are released
 * @param holdFrom the number of the first handler that waits, counted from 1 in the order of their starts
 */
record ChildWork(
        Topic topic, String group, Ordering ordering, int maxInFlight, int maxMillis, Hold hold, long holdFrom) {

    /** A place in a handler. */
    enum Hold {
        NOWHERE,
        /** It has started and done nothing yet. */
        BEFORE_EFFECT,
        /** It has done its work and not returned, so that nothing is acknowledged. */
        AFTER_EFFECT
    }

    /** A keyed subscription whose handlers end at once. */
    static ChildWork of(Topic topic, String group) {
        return new ChildWork(topic, group, Ordering.PER_AGGREGATE, 1_000, 0, Hold.NOWHERE, 0);
    }

    ChildWork unordered() {
        return new ChildWork(topic, group, Ordering.NONE, maxInFlight, maxMillis, hold, holdFrom);
    }

    ChildWork inFlight(int most) {
        return new ChildWork(topic, group, ordering, most, maxMillis, hold, holdFrom);
    }

    ChildWork taking(int millisAtMost) {
        return new ChildWork(topic, group, ordering, maxInFlight, millisAtMost, hold, holdFrom);
    }

    ChildWork holding(Hold where, long from) {
        return new ChildWork(topic, group, ordering, maxInFlight, maxMillis, where, from);
    }

    /** The subscription, with short back-offs and no limit of attempts. */
    SubscriptionSpec spec() {
        return SubscriptionSpec.builder(topic, group)
                .ordering(ordering)
                .maxInFlight(maxInFlight)
                .retryPolicy(RetryPolicy.DEFAULT
                        .withMaxAttempts(0)
                        .withBackoff(Duration.ofMillis(10), Duration.ofMillis(100)))
                .build();
    }

    /** The form in which it travels: arguments of a program, {@code key=value}. */
    List<String> arguments() {
        return List.of(
                "topic=" + topic,
                "group=" + group,
                "ordering=" + ordering,
                "in-flight=" + maxInFlight,
                "millis=" + maxMillis,
                "hold=" + hold,
                "hold-from=" + holdFrom);
    }

    /** Read from what {@link #arguments} made. */
    static ChildWork from(Map<String, String> arguments) {
        return new ChildWork(
                Topic.of(arguments.getOrDefault("topic", "")),
                arguments.getOrDefault("group", ""),
                Ordering.valueOf(arguments.getOrDefault("ordering", "")),
                Integer.parseInt(arguments.getOrDefault("in-flight", "")),
                Integer.parseInt(arguments.getOrDefault("millis", "")),
                Hold.valueOf(arguments.getOrDefault("hold", "")),
                Long.parseLong(arguments.getOrDefault("hold-from", "")));
    }
}
