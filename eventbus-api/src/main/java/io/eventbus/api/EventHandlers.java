package io.eventbus.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A handler that hands each event to the handler of its {@linkplain Envelope#eventType type}. What becomes of events of other types is said
 * by {@link Builder#others(Others)}; unless it is, they are dead-lettered, since acknowledging what nobody handled would be silent loss.
 *
 * <pre>{@code
 * bus.subscribe(spec, EventHandlers.builder()
 *         .on("OrderPlaced", this::place)
 *         .on("OrderCancelled", this::cancel)
 *         .build());
 * }</pre>
 *
 * <p>Concurrency: immutable; the handlers are called as if each had been subscribed itself.
 */
public final class EventHandlers implements EventHandler {

    private final Map<String, EventHandler> byType;
    private final Others others;

    private EventHandlers(Builder builder) {
        this.byType = Map.copyOf(builder.byType);
        this.others = builder.others;
    }

    /** A builder without handlers that dead-letters everything. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Outcome handle(Delivery delivery) throws Exception {
        String type = delivery.envelope().eventType();
        EventHandler handler = byType.get(type);
        if (handler != null) {
            return handler.handle(delivery);
        }
        return switch (others) {
            case IGNORE -> Outcome.ack();
            case DEAD_LETTER -> Outcome.deadLetter("no handler is registered for events of type " + type);
            case FAIL ->
                throw new NoHandlerException("no handler is registered for event "
                        + delivery.envelope().eventId() + " of type " + type + " on topic " + delivery.topic()
                        + "; register one, or choose to ignore or dead-letter such events");
        };
    }

    /** What becomes of events of types without a handler. */
    public enum Others {
        /** They are acknowledged. */
        IGNORE,
        /** They go to the dead-letter topic at once. */
        DEAD_LETTER,
        /**
         * Handling them fails with {@link NoHandlerException}: they are retried as the retry policy says and then treated as exhausted. With
         * {@link ExhaustedPolicy#STOP} the subscription stops at the first one that stays without a handler.
         */
        FAIL
    }

    /** A collector of handlers. Not safe for use by several threads at once. */
    public static final class Builder {

        private final Map<String, EventHandler> byType = new HashMap<>();
        private Others others = Others.DEAD_LETTER;

        private Builder() {}

        /**
         * Lets events of the type be handled by the handler.
         *
         * @throws InvalidInputException if the type has a handler already
         */
        public Builder on(String eventType, EventHandler handler) {
            Objects.requireNonNull(handler, "handler");
            if (byType.putIfAbsent(eventType, handler) != null) {
                throw new InvalidInputException(
                        "events of type " + Text.printable(eventType, 80) + " have a handler already; give a type one");
            }
            return this;
        }

        /** Says what becomes of events of other types; {@link Others#DEAD_LETTER} unless said. */
        public Builder others(Others value) {
            this.others = Objects.requireNonNull(value, "value");
            return this;
        }

        /** The handler. */
        public EventHandlers build() {
            return new EventHandlers(this);
        }
    }
}
