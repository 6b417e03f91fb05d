package io.eventbus.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A domain event with what is needed to route, order, trace and de-duplicate it.
 *
 * <p>The event id is the identity of the event everywhere: it is the broker's message id, the outbox row's id and what an inbox
 * checks. Events with the same aggregate id are handled in the order in which they were published; an event without one is
 * <em>unkeyed</em> and has no order.
 *
 * <p>Concurrency: immutable, safe from any thread.
 */
public final class Envelope {

    /** The longest legal event id, aggregate id, event type, trace id or correlation id, in characters. */
    public static final int MAX_ID_LENGTH = 512;

    /** The content type of an envelope that does not name one. */
    public static final String JSON = "application/json";

    private final String eventId;
    private final @Nullable String aggregateId;
    private final String eventType;
    private final int eventVersion;
    private final Instant timestamp;
    private final @Nullable String traceId;
    private final @Nullable String correlationId;
    private final Headers headers;
    private final String contentType;
    private final @Nullable Payload payload;

    private Envelope(Builder builder) {
        this.eventId = builder.eventId == null ? UUID.randomUUID().toString() : checked("eventId", builder.eventId);
        this.aggregateId = builder.aggregateId == null ? null : checked("aggregateId", builder.aggregateId);
        this.eventType = checked("eventType", builder.eventType);
        this.eventVersion = builder.eventVersion;
        this.timestamp = (builder.timestamp == null ? Instant.now() : builder.timestamp).truncatedTo(ChronoUnit.MICROS);
        this.traceId = builder.traceId == null ? null : checked("traceId", builder.traceId);
        this.correlationId = builder.correlationId == null ? null : checked("correlationId", builder.correlationId);
        this.headers = builder.headers.build();
        this.contentType = checked("contentType", builder.contentType);
        this.payload = builder.payload;
        if (eventVersion < 0) {
            throw new InvalidInputException(
                    "eventVersion of event " + eventId + " is " + eventVersion + "; it must not be negative");
        }
    }

    /** The same event with other inherited attributes, which were checked where they come from. */
    private Envelope(Envelope event, @Nullable String traceId, @Nullable String correlationId, Headers headers) {
        this.eventId = event.eventId;
        this.aggregateId = event.aggregateId;
        this.eventType = event.eventType;
        this.eventVersion = event.eventVersion;
        this.timestamp = event.timestamp;
        this.traceId = traceId;
        this.correlationId = correlationId;
        this.headers = headers;
        this.contentType = event.contentType;
        this.payload = event.payload;
    }

    /** A builder for an event of the given type. Everything else has a default. */
    public static Builder builder(String eventType) {
        return new Builder(eventType);
    }

    /** A builder that starts with all attributes of this envelope, the event id included. */
    public Builder toBuilder() {
        Builder builder = new Builder(eventType);
        builder.eventId = eventId;
        builder.aggregateId = aggregateId;
        builder.eventVersion = eventVersion;
        builder.timestamp = timestamp;
        builder.traceId = traceId;
        builder.correlationId = correlationId;
        builder.headers.addAll(headers);
        builder.contentType = contentType;
        builder.payload = payload;
        return builder;
    }

    /** The identity of the event; unique per event, the same on every re-send. */
    public String eventId() {
        return eventId;
    }

    /** The aggregate whose events are ordered; null if the event is unkeyed. */
    public @Nullable String aggregateId() {
        return aggregateId;
    }

    /** What happened, for example {@code OrderPlaced}. */
    public String eventType() {
        return eventType;
    }

    /** The version of the event as its publisher counts it, usually within the aggregate; 0 if not given. */
    public int eventVersion() {
        return eventVersion;
    }

    /** When it happened, with a precision of microseconds. */
    public Instant timestamp() {
        return timestamp;
    }

    /** The trace to which the event belongs, or null. */
    public @Nullable String traceId() {
        return traceId;
    }

    /** The business transaction to which the event belongs, or null. */
    public @Nullable String correlationId() {
        return correlationId;
    }

    /** The application's own headers. */
    public Headers headers() {
        return headers;
    }

    /** The media type of the payload; {@value #JSON} unless given. */
    public String contentType() {
        return contentType;
    }

    /** The body; null for a tombstone, which is not the same as an empty body. */
    public @Nullable Payload payload() {
        return payload;
    }

    /** This event as a consequence of another one, see {@link Delivery#consequence}; the same object if there is nothing to inherit. */
    Envelope causedBy(Envelope cause) {
        if (eventId.equals(cause.eventId)) {
            return this; // no event causes itself: it is passed on
        }
        String trace = traceId == null ? cause.traceId : traceId;
        String correlation = correlationId != null
                ? correlationId
                : cause.correlationId != null ? cause.correlationId : cause.eventId;
        Headers more = headersCausedBy(cause);
        boolean complete = more == null && Objects.equals(trace, traceId) && correlation.equals(correlationId);
        return complete ? this : new Envelope(this, trace, correlation, more == null ? headers : more);
    }

    /** These headers with those that are inherited; null if none is. */
    private @Nullable Headers headersCausedBy(Envelope cause) {
        String causation = headers.first(Headers.CAUSATION_ID);
        // The cause of the cause comes along when a handler builds on the event that it was given.
        boolean copied = causation != null && causation.equals(cause.headers.first(Headers.CAUSATION_ID));
        String tenant = headers.contains(Headers.TENANT_ID) ? null : cause.headers.first(Headers.TENANT_ID);
        if (causation != null && !copied && tenant == null) {
            return null;
        }
        Headers.Builder all = headers.toBuilder();
        if (copied) {
            all.remove(Headers.CAUSATION_ID);
        }
        if (causation == null || copied) {
            all.addTrusted(Headers.CAUSATION_ID, cause.eventId);
        }
        if (tenant != null) {
            all.addTrusted(Headers.TENANT_ID, tenant);
        }
        return all.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Envelope that
                && eventId.equals(that.eventId)
                && Objects.equals(aggregateId, that.aggregateId)
                && eventType.equals(that.eventType)
                && eventVersion == that.eventVersion
                && timestamp.equals(that.timestamp)
                && Objects.equals(traceId, that.traceId)
                && Objects.equals(correlationId, that.correlationId)
                && headers.equals(that.headers)
                && contentType.equals(that.contentType)
                && Objects.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return eventId.hashCode();
    }

    /** Identity and size only, never the payload. */
    @Override
    public String toString() {
        return "Envelope[" + eventId + ", type " + eventType + " v" + eventVersion + ", aggregate " + aggregateId + ", "
                + (payload == null ? "tombstone" : payload.size() + " bytes") + "]";
    }

    private static String checked(String attribute, String value) {
        if (value.isEmpty()) {
            throw new InvalidInputException(attribute + " is empty; leave it out or give it a value");
        }
        if (value.length() > MAX_ID_LENGTH) {
            throw new InvalidInputException(
                    attribute + " has " + value.length() + " characters, the limit is " + MAX_ID_LENGTH);
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c)) {
                throw new InvalidInputException(attribute + " '" + Text.printable(value, 80)
                        + "' contains a control character at position " + i);
            }
            if (Character.isSurrogate(c) && !isPaired(value, i)) {
                throw new InvalidInputException(attribute + " contains half a surrogate pair at position " + i);
            }
        }
        return value;
    }

    private static boolean isPaired(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }

    /** A collector of attributes. Not safe for use by several threads at once. */
    public static final class Builder {

        private static final String[] RESERVED_PREFIXES = {
            "ce_",
            "ce-",
            "nats-",
            "x-eventbus-",
            "x-event-",
            "x-aggregate-",
            "x-timestamp",
            "x-trace-id",
            "x-correlation-id",
            "content-type"
        };

        private @Nullable String eventId;
        private @Nullable String aggregateId;
        private final String eventType;
        private int eventVersion;
        private @Nullable Instant timestamp;
        private @Nullable String traceId;
        private @Nullable String correlationId;
        private final Headers.Builder headers = Headers.builder();
        private String contentType = JSON;
        private @Nullable Payload payload = Payload.empty();

        private Builder(String eventType) {
            this.eventType = eventType;
        }

        /** Sets the event id; without one a random UUID is taken. */
        public Builder eventId(String value) {
            this.eventId = value;
            return this;
        }

        /** Sets the aggregate id; null makes the event unkeyed. */
        public Builder aggregateId(@Nullable String value) {
            this.aggregateId = value;
            return this;
        }

        /** Sets the version; not negative. */
        public Builder eventVersion(int value) {
            this.eventVersion = value;
            return this;
        }

        /** Sets the time, cut to microseconds; without one the current time is taken. */
        public Builder timestamp(Instant value) {
            this.timestamp = value;
            return this;
        }

        /** Sets or, with null, clears the trace id. */
        public Builder traceId(@Nullable String value) {
            this.traceId = value;
            return this;
        }

        /** Sets or, with null, clears the correlation id. */
        public Builder correlationId(@Nullable String value) {
            this.correlationId = value;
            return this;
        }

        /**
         * Adds a header of the application.
         *
         * @throws InvalidInputException if the name or value is illegal, or the name is kept for the wire format
         */
        public Builder header(String name, String value) {
            String lower = name.toLowerCase(Locale.ROOT);
            for (String prefix : RESERVED_PREFIXES) {
                if (lower.startsWith(prefix)) {
                    throw new InvalidInputException("header name '" + Text.printable(name, 140) + "' starts with '"
                            + prefix + "', which is kept for the wire format; choose another name");
                }
            }
            headers.add(name, value);
            return this;
        }

        /** Adds all the given headers as {@link #header} does. */
        public Builder headers(Headers values) {
            values.forEach(this::header);
            return this;
        }

        /** Sets the media type of the payload. */
        public Builder contentType(String value) {
            this.contentType = value;
            return this;
        }

        /** Sets the payload; null makes the event a tombstone. */
        public Builder payload(@Nullable Payload value) {
            this.payload = value;
            return this;
        }

        /** Sets the payload to a copy of the bytes. */
        public Builder payload(byte[] value) {
            return payload(Payload.of(value));
        }

        /** Sets the payload to the UTF-8 form of the text. */
        public Builder payload(String value) {
            return payload(Payload.of(value));
        }

        /**
         * The envelope.
         *
         * @throws InvalidInputException if an attribute is empty, too long or holds control characters
         */
        public Envelope build() {
            return new Envelope(this);
        }
    }
}
