package io.eventbus.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription receives and how it handles it. Immutable.
 *
 * <p>All subscriptions of one group on one topic share its events; every group gets all of them. An {@linkplain #anonymous anonymous}
 * subscription is a group of its own each time it is started.
 */
public final class SubscriptionSpec {

    /** The longest legal group name, in characters. */
    public static final int MAX_GROUP_LENGTH = 64;

    private static final String ANONYMOUS = "anonymous";

    private final Topic topic;
    private final String group;
    private final boolean anonymous;
    private final Ordering ordering;
    private final int concurrency;
    private final int maxInFlight;
    private final long maxInFlightBytes;
    private final Duration maxProcessingTime;
    private final RetryPolicy retryPolicy;
    private final ExhaustedPolicy onExhausted;
    private final Topic deadLetterTopic;
    private final StartPosition startPosition;
    private final @Nullable String acceptContentType;

    private SubscriptionSpec(Builder builder) {
        this.topic = builder.topic;
        this.group = checkedGroup(builder.group);
        this.anonymous = builder.anonymous;
        this.ordering = builder.ordering;
        this.concurrency = builder.concurrency;
        this.maxInFlight = builder.maxInFlight;
        this.maxInFlightBytes = builder.maxInFlightBytes;
        this.maxProcessingTime = builder.maxProcessingTime;
        this.retryPolicy = builder.retryPolicy;
        this.onExhausted = builder.onExhausted;
        this.deadLetterTopic =
                builder.deadLetterTopic == null ? Topic.of(builder.topic.name() + ".dlq") : builder.deadLetterTopic;
        this.startPosition = builder.startPosition;
        this.acceptContentType = builder.acceptContentType;
        check();
    }

    private void check() {
        List<String> problems = new ArrayList<>();
        check(problems, concurrency >= 0, "concurrency " + concurrency + " is negative; use 0 for no limit of its own");
        check(problems, maxInFlight >= 1, "maxInFlight " + maxInFlight + " is below 1");
        check(problems, maxInFlightBytes >= 1, "maxInFlightBytes " + maxInFlightBytes + " is below 1");
        check(
                problems,
                maxProcessingTime.compareTo(Duration.ofMillis(10)) >= 0,
                "maxProcessingTime " + maxProcessingTime + " is below 10 ms");
        check(
                problems,
                maxProcessingTime.compareTo(Duration.ofDays(365)) <= 0,
                "maxProcessingTime " + maxProcessingTime + " is above a year");
        check(problems, !deadLetterTopic.equals(topic), "the dead-letter topic is the topic itself, " + topic);
        if (!problems.isEmpty()) {
            throw new InvalidInputException("subscription " + this + ": " + String.join("; ", problems));
        }
    }

    /** A builder for a subscription of the group to the topic. */
    public static Builder builder(Topic topic, String group) {
        return new Builder(topic, group, false);
    }

    /**
     * A builder for a subscription without a group that lasts: every subscription started with it, on whatever instance, gets every event. It
     * begins with the latest event unless told otherwise, remembers nothing from one start to the next, and leaves nothing on the broker when it
     * is closed. What a process leaves behind that dies without closing, the broker removes by itself after some time (see the adapter's page).
     */
    public static Builder anonymous(Topic topic) {
        return new Builder(topic, ANONYMOUS, true).startPosition(StartPosition.LATEST);
    }

    /** The topic. */
    public Topic topic() {
        return topic;
    }

    /** The consumer group; {@code anonymous} for all anonymous subscriptions, though on the broker each has a name of its own. */
    public String group() {
        return group;
    }

    /** Whether every start of this subscription is a group of its own, which is gone when it is closed; see {@link #anonymous}. */
    public boolean isAnonymous() {
        return anonymous;
    }

    /** Whether each aggregate's events are handled in order; {@link Ordering#PER_AGGREGATE} unless given. */
    public Ordering ordering() {
        return ordering;
    }

    /**
     * How many events of this subscription may be in handlers at once; 0 (the default) leaves it to the pools. With 1 events are
     * handled strictly in the order in which the broker delivers them.
     */
    public int concurrency() {
        return concurrency;
    }

    /**
     * How many events may be received and not yet settled; 5,000 unless given. Events that wait for a retry, and those of one aggregate beyond a
     * tenth of this (at least 16), count apart, once more as many.
     */
    public int maxInFlight() {
        return maxInFlight;
    }

    /** How many bytes of bodies and headers may be received and not yet settled; 64 MiB unless given. One event always fits. */
    public long maxInFlightBytes() {
        return maxInFlightBytes;
    }

    /**
     * How long one attempt may run; 5 minutes unless given. Then its thread is interrupted, its outcome no longer counts, and once it
     * has returned the event is retried as after any failure.
     */
    public Duration maxProcessingTime() {
        return maxProcessingTime;
    }

    /** When and how often failed events are handled again. */
    public RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    /** What becomes of events that are not handled after the last attempt. */
    public ExhaustedPolicy onExhausted() {
        return onExhausted;
    }

    /** Where dead letters go; the topic's name with {@code .dlq} behind it unless given. */
    public Topic deadLetterTopic() {
        return deadLetterTopic;
    }

    /** Where a new group begins; {@link StartPosition#EARLIEST} unless given, {@link StartPosition#LATEST} for an anonymous one. */
    public StartPosition startPosition() {
        return startPosition;
    }

    /** The content type the handler wants; payloads of other types are transcoded. Null to take them as they come. */
    public @Nullable String acceptContentType() {
        return acceptContentType;
    }

    @Override
    public String toString() {
        return group + "@" + topic;
    }

    private static String checkedGroup(String group) {
        boolean legal = !group.isEmpty() && group.length() <= MAX_GROUP_LENGTH;
        for (int i = 0; legal && i < group.length(); i++) {
            char c = group.charAt(i);
            legal = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
        }
        if (!legal) {
            throw new InvalidInputException("illegal group name '" + Text.printable(group, 80) + "'; use 1 to "
                    + MAX_GROUP_LENGTH + " characters of A-Z a-z 0-9 - _");
        }
        return group;
    }

    private static void check(List<String> problems, boolean condition, String problem) {
        if (!condition) {
            problems.add(problem);
        }
    }

    /** A collector of settings. Not safe for use by several threads at once. */
    public static final class Builder {

        private final Topic topic;
        private final String group;
        private final boolean anonymous;
        private Ordering ordering = Ordering.PER_AGGREGATE;
        private int concurrency;
        private int maxInFlight = 5_000;
        private long maxInFlightBytes = 64L * 1024 * 1024;
        private Duration maxProcessingTime = Duration.ofMinutes(5);
        private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;
        private ExhaustedPolicy onExhausted = ExhaustedPolicy.DEAD_LETTER;
        private @Nullable Topic deadLetterTopic;
        private StartPosition startPosition = StartPosition.EARLIEST;
        private @Nullable String acceptContentType;

        private Builder(Topic topic, String group, boolean anonymous) {
            this.topic = topic;
            this.group = group;
            this.anonymous = anonymous;
        }

        /** See {@link SubscriptionSpec#ordering()}. */
        public Builder ordering(Ordering value) {
            this.ordering = value;
            return this;
        }

        /** See {@link SubscriptionSpec#concurrency()}. */
        public Builder concurrency(int value) {
            this.concurrency = value;
            return this;
        }

        /** See {@link SubscriptionSpec#maxInFlight()}. */
        public Builder maxInFlight(int value) {
            this.maxInFlight = value;
            return this;
        }

        /** See {@link SubscriptionSpec#maxInFlightBytes()}. */
        public Builder maxInFlightBytes(long value) {
            this.maxInFlightBytes = value;
            return this;
        }

        /** See {@link SubscriptionSpec#maxProcessingTime()}. */
        public Builder maxProcessingTime(Duration value) {
            this.maxProcessingTime = value;
            return this;
        }

        /** See {@link SubscriptionSpec#retryPolicy()}. */
        public Builder retryPolicy(RetryPolicy value) {
            this.retryPolicy = value;
            return this;
        }

        /** See {@link SubscriptionSpec#onExhausted()}. */
        public Builder onExhausted(ExhaustedPolicy value) {
            this.onExhausted = value;
            return this;
        }

        /** See {@link SubscriptionSpec#deadLetterTopic()}. */
        public Builder deadLetterTopic(Topic value) {
            this.deadLetterTopic = value;
            return this;
        }

        /** See {@link SubscriptionSpec#startPosition()}. */
        public Builder startPosition(StartPosition value) {
            this.startPosition = value;
            return this;
        }

        /** See {@link SubscriptionSpec#acceptContentType()}. */
        public Builder acceptContentType(String value) {
            this.acceptContentType = value;
            return this;
        }

        /**
         * The spec.
         *
         * @throws InvalidInputException if values are out of range; it names all that are
         */
        public SubscriptionSpec build() {
            return new SubscriptionSpec(this);
        }
    }
}
