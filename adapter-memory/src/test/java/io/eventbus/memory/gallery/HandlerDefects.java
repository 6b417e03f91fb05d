package io.eventbus.memory.gallery;

import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.SubscriptionStats;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What can be wrong with which handler runs when, and with what it is given. */
final class HandlerDefects {

    private HandlerDefects() {}

    // ---- what runs beside what

    /** A failing event is tried again by the worker that has it, which waits meanwhile. */
    static Defect retryHoldsItsWorker() {
        return Defect.ofHandler(asked -> delivery -> {
            Delivery attempt = delivery;
            Outcome outcome = asked.handle(attempt);
            while (outcome instanceof Outcome.Retry && attempt.attempt() < 1_000) {
                pause(10);
                attempt = numbered(attempt, attempt.attempt() + 1);
                outcome = asked.handle(attempt);
            }
            return outcome;
        });
    }

    static Defect keysOfEqualHashShareALane() {
        return exclusive(delivery -> {
            String key = delivery.envelope().aggregateId();
            return key == null ? null : key.hashCode();
        });
    }

    static Defect keysDifferingInCaseShareALane() {
        return exclusive(delivery -> {
            String key = delivery.envelope().aggregateId();
            return key == null ? null : key.toLowerCase(Locale.ROOT).strip();
        });
    }

    static Defect twoLanesForAllKeys() {
        return exclusive(delivery -> {
            String key = delivery.envelope().aggregateId();
            return key == null ? null : Math.floorMod(key.hashCode(), 2);
        });
    }

    static Defect unkeyedEventsShareALane() {
        return exclusive(delivery -> delivery.envelope().aggregateId() == null ? "none" : null);
    }

    static Defect unkeyedEventsUseALaneOfKeyedOnes() {
        return exclusive(delivery -> "all");
    }

    private static Defect exclusive(Function<Delivery, Object> lane) {
        Map<Object, Object> locks = new ConcurrentHashMap<>();
        return Defect.ofHandler(asked -> delivery -> {
            Object name = lane.apply(delivery);
            if (name == null) {
                return asked.handle(delivery);
            }
            synchronized (locks.computeIfAbsent(name, n -> new Object())) {
                return asked.handle(delivery);
            }
        });
    }

    // ---- attempts

    static Defect attemptsCountFromZero() {
        return Defect.ofHandler(asked -> delivery -> asked.handle(numbered(delivery, delivery.attempt() - 1)));
    }

    static Defect errorCountsAsSuccess() {
        return Defect.ofHandler(asked -> delivery -> {
            try {
                return asked.handle(delivery);
            } catch (Error e) {
                return Outcome.ack();
            }
        });
    }

    static Defect exceptionCountsAsSuccess() {
        return Defect.ofHandler(asked -> delivery -> {
            try {
                return asked.handle(delivery);
            } catch (Exception e) {
                return Outcome.ack();
            }
        });
    }

    static Defect retryCountsAsSuccess() {
        return Defect.ofHandler(asked -> delivery -> {
            Outcome outcome = asked.handle(delivery);
            return outcome instanceof Outcome.Retry ? Outcome.ack() : outcome;
        });
    }

    static Defect interruptReachesTheNextEvent() {
        AtomicBoolean leaked = new AtomicBoolean();
        return Defect.ofHandler(asked -> delivery -> {
            if (leaked.getAndSet(false)) {
                Thread.currentThread().interrupt();
            }
            try {
                return asked.handle(delivery);
            } finally {
                leaked.set(Thread.currentThread().isInterrupted());
            }
        });
    }

    /** One event of the subscription runs once more, beside whatever else runs. */
    static Defect firstEventRunsTwiceAtOnce() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            EventHandler handler(SubscriptionSpec spec, EventHandler asked) {
                AtomicBoolean first = new AtomicBoolean(true);
                return delivery -> {
                    if (first.getAndSet(false)) {
                        Thread beside = new Thread(() -> quietly(asked, delivery), "gallery-beside");
                        beside.setDaemon(true);
                        beside.start();
                    }
                    return asked.handle(delivery);
                };
            }
        });
    }

    // ---- what the specification says

    static Defect maxAttemptsIgnored() {
        return Defect.ofSpec(spec -> spec.retryPolicy(spec.build().retryPolicy().withMaxAttempts(0)));
    }

    static Defect oneAttemptOnly() {
        return Defect.ofSpec(spec -> spec.retryPolicy(spec.build().retryPolicy().withMaxAttempts(1)));
    }

    static Defect backoffIgnored() {
        return Defect.ofSpec(spec ->
                spec.retryPolicy(spec.build().retryPolicy().withBackoff(Duration.ofMillis(1), Duration.ofMillis(1))));
    }

    static Defect terminalFailuresIgnored() {
        return Defect.ofSpec(spec -> spec.retryPolicy(spec.build().retryPolicy().withTerminal(thrown -> false)));
    }

    static Defect concurrencyIgnored() {
        return Defect.ofSpec(spec -> spec.concurrency(0));
    }

    static Defect maxProcessingTimeIgnored() {
        return Defect.ofSpec(spec -> spec.maxProcessingTime(Duration.ofMinutes(5)));
    }

    // ---- what the handler is given

    static Defect headersLost() {
        return ofEnvelope(envelope -> Envelope.builder(envelope.eventType())
                .eventId(envelope.eventId())
                .aggregateId(envelope.aggregateId())
                .eventVersion(envelope.eventVersion())
                .timestamp(envelope.timestamp())
                .traceId(envelope.traceId())
                .correlationId(envelope.correlationId())
                .contentType(envelope.contentType())
                .payload(envelope.payload())
                .build());
    }

    static Defect timestampInSeconds() {
        return ofEnvelope(envelope -> envelope.toBuilder()
                .timestamp(envelope.timestamp().truncatedTo(ChronoUnit.SECONDS))
                .build());
    }

    static Defect emptyForAbsentTraceId() {
        return ofEnvelope(envelope -> envelope.traceId() != null
                ? envelope
                : envelope.toBuilder().traceId("-").build());
    }

    static Defect eventOfTheOneBefore() {
        AtomicReference<Envelope> before = new AtomicReference<>();
        return ofEnvelope(envelope -> {
            Envelope last = before.getAndSet(envelope);
            return last == null
                    ? envelope
                    : envelope.toBuilder().payload(last.payload()).build();
        });
    }

    private static Defect ofEnvelope(UnaryOperator<Envelope> change) {
        return Defect.ofHandler(asked -> delivery -> asked.handle(new Delivery(
                change.apply(delivery.envelope()),
                delivery.topic(),
                delivery.position(),
                delivery.attempt(),
                delivery.brokerDeliveries(),
                delivery.receivedAt(),
                delivery.deadLetter())));
    }

    // ---- what is left behind

    static Defect laneLeftBehind() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            Subscription subscription(Subscription given) {
                return new ForwardingBusSubscription(given) {
                    @Override
                    public SubscriptionStats stats() {
                        SubscriptionStats s = super.stats();
                        return new SubscriptionStats(
                                s.received(),
                                s.handled(),
                                s.retried(),
                                s.deadLettered(),
                                s.givenBack(),
                                s.inFlight(),
                                s.inFlightBytes(),
                                s.waitingForRetry(),
                                s.received() == 0 ? 0 : s.lanes() + 1);
                    }
                };
            }
        });
    }

    // ---- parts

    private static void quietly(EventHandler handler, Delivery delivery) {
        try {
            handler.handle(delivery);
        } catch (Throwable ignored) { // the run beside: nobody asks for its outcome
            Thread.currentThread().interrupt();
        }
    }

    private static Delivery numbered(Delivery delivery, int attempt) {
        return new Delivery(
                delivery.envelope(),
                delivery.topic(),
                delivery.position(),
                attempt,
                delivery.brokerDeliveries(),
                delivery.receivedAt(),
                delivery.deadLetter());
    }

    private static void pause(long millis) throws InterruptedException {
        CountDownLatch openedByNobody = new CountDownLatch(1);
        if (openedByNobody.await(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("opened");
        }
    }
}
