package io.eventbus.core.consume;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Health;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.PayloadTranscoder;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportSubscription;
import io.eventbus.core.pool.GlobalShare;
import io.eventbus.core.pool.GlobalWorkerPool;
import io.eventbus.core.pool.KeyedLanes;
import io.eventbus.core.pool.KeyedWorkerPool;
import io.eventbus.core.publish.PublishPipeline;
import io.eventbus.core.wire.WireCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consuming half of a bus: starts subscriptions and keeps them.
 *
 * <p>Concurrency: all methods may be called from any thread. The list of subscriptions is copied on write; nothing is called under a lock.
 */
public final class DeliveryEngine {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryEngine.class);
    private static final Duration SWEEP_MIN = Duration.ofMillis(10);
    private static final Duration SWEEP_MAX = Duration.ofMillis(250);

    private final Parts parts;
    private final HandlerThreads handlerThreads = new HandlerThreads();
    private final List<EngineSubscription> subscriptions = new CopyOnWriteArrayList<>();

    /**
     * What an engine works with; it owns none of it.
     *
     * @param transport where messages come from
     * @param codec reads them
     * @param transcoders change their content type
     * @param pipeline stores dead letters
     * @param deadLetterTimeout how long one try to store a dead letter may take
     * @param keyedPool handles keyed events
     * @param globalPool handles unkeyed events
     * @param timer runs the sweeps, which are short
     */
    public record Parts(
            Transport transport,
            WireCodec codec,
            List<PayloadTranscoder> transcoders,
            PublishPipeline pipeline,
            Duration deadLetterTimeout,
            KeyedWorkerPool keyedPool,
            GlobalWorkerPool globalPool,
            ScheduledExecutorService timer) {}

    /** An engine without subscriptions. */
    public DeliveryEngine(Parts parts) {
        this.parts = parts;
    }

    /**
     * Starts a subscription.
     *
     * @throws io.eventbus.api.EventBusException if the transport cannot start it; nothing is left running then
     */
    public Subscription subscribe(SubscriptionSpec spec, EventHandler handler) {
        // With one lane for everything, what piles up behind its head is not one slow aggregate's.
        KeyedLanes lanes = spec.concurrency() == 1
                ? parts.keyedPool.open(spec.toString(), 1)
                : parts.keyedPool.open(spec.toString(), spec.concurrency(), Credit.laneShare(spec));
        GlobalShare share = parts.globalPool.open(spec.toString(), spec.concurrency());
        SweepHandle sweep = new SweepHandle();
        EngineSubscription[] self = new EngineSubscription[1];
        EngineSubscription subscription = new EngineSubscription(
                new Handling(spec, handler, parts.codec, parts.transcoders),
                new DeadLetters(
                        spec, parts.codec, parts.pipeline, parts.deadLetterTimeout, parts.transport.maxMessageBytes()),
                lanes,
                share,
                handlerThreads,
                parts.transport.maxMessageBytes(),
                () -> {
                    sweep.cancel();
                    subscriptions.remove(self[0]);
                });
        self[0] = subscription;
        TransportSubscription transport = null;
        try {
            transport = parts.transport.consume(consumerSpec(spec), subscription);
            subscription.attach(transport);
            sweep.start(subscription, transport.keepAliveEvery());
        } catch (RuntimeException e) {
            lanes.close();
            share.close();
            if (transport != null) {
                transport.stopFetching();
                transport.close(Duration.ZERO);
            }
            throw e instanceof RejectedExecutionException
                    ? new BusClosedException(
                            "cannot subscribe " + spec + ": the bus was closed meanwhile; start a new one", e)
                    : e;
        }
        subscriptions.add(subscription);
        return subscription;
    }

    /** The event as it is to be published: inside a handler, of whatever bus, as a {@linkplain Delivery#consequence consequence}. */
    public static Envelope asPublished(Envelope event) {
        Delivery current = CurrentDelivery.get();
        return current == null ? event : current.consequence(event);
    }

    /** Whether the calling thread is inside a handler of this engine. */
    public boolean inHandler() {
        return handlerThreads.current() != null;
    }

    /** The state of each subscription. */
    public List<Health.Component> health() {
        List<Health.Component> components = new ArrayList<>();
        for (EngineSubscription subscription : subscriptions) {
            components.add(subscription.health());
        }
        return components;
    }

    /** What each subscription is set up to do. */
    public Map<String, String> describe() {
        Map<String, String> all = new TreeMap<>();
        for (EngineSubscription subscription : subscriptions) {
            SubscriptionSpec spec = subscription.spec();
            all.merge("subscription " + spec, describe(spec), (one, other) -> one + "; " + other);
        }
        return all;
    }

    private static String describe(SubscriptionSpec spec) {
        return spec.ordering() + ", concurrency " + spec.concurrency() + ", in flight " + spec.maxInFlight()
                + " events and "
                + spec.maxInFlightBytes() + " bytes, " + spec.retryPolicy().maxAttempts() + " attempts of "
                + spec.maxProcessingTime() + ", then " + spec.onExhausted() + " to " + spec.deadLetterTopic();
    }

    /**
     * Closes all subscriptions side by side: each stops fetching before any is waited for, and what one cannot end in time takes nothing from
     * the others.
     *
     * @return what they could not finish, added up
     */
    public CloseReport close(Duration timeout) {
        long start = System.nanoTime();
        List<EngineSubscription> open = List.copyOf(subscriptions);
        List<SubscriptionClose> closes = new ArrayList<>();
        for (EngineSubscription subscription : open) {
            SubscriptionClose mine = subscription.startClose(timeout);
            if (mine != null) {
                closes.add(mine);
            }
        }
        SubscriptionClose.together(closes);
        int running = 0;
        int givenBack = 0;
        for (EngineSubscription subscription : open) {
            // At once for those closed here; those that somebody else closes are waited for.
            CloseReport report = subscription.close(Duration.ofNanos(start + timeout.toNanos() - System.nanoTime()));
            running += report.handlersRunning();
            givenBack += report.eventsGivenBack();
        }
        return new CloseReport(running, givenBack, 0, Duration.ofNanos(System.nanoTime() - start));
    }

    private static ConsumerSpec consumerSpec(SubscriptionSpec spec) {
        int withRetries = (int) Math.min(Integer.MAX_VALUE, 2L * spec.maxInFlight());
        return new ConsumerSpec(
                spec.topic(),
                spec.isAnonymous() ? spec.group() + "-" + UUID.randomUUID() : spec.group(),
                spec.ordering(),
                spec.startPosition(),
                withRetries,
                spec.maxProcessingTime(),
                spec.isAnonymous());
    }

    /** The repeated sweep over one subscription. */
    private final class SweepHandle {

        private volatile @Nullable ScheduledFuture<?> future;
        private volatile boolean cancelled;

        void start(EngineSubscription subscription, Duration keepAliveEvery) {
            long nanos = subscription.spec().maxProcessingTime().toNanos() / 4;
            if (!keepAliveEvery.isZero()) {
                nanos = Math.min(nanos, keepAliveEvery.toNanos() / 2);
            }
            nanos = Math.max(SWEEP_MIN.toNanos(), Math.min(SWEEP_MAX.toNanos(), nanos));
            long keepAliveNanos = keepAliveEvery.toNanos();
            ScheduledFuture<?> started = parts.timer.scheduleWithFixedDelay(
                    () -> sweep(subscription, keepAliveNanos), nanos, nanos, TimeUnit.NANOSECONDS);
            future = started;
            if (cancelled) {
                started.cancel(false);
            }
        }

        /** A round that throws must not be the last one. */
        private static void sweep(EngineSubscription subscription, long keepAliveNanos) {
            try {
                subscription.sweep(keepAliveNanos);
            } catch (RuntimeException e) {
                LOG.error("{}: a look at what is in flight failed", subscription.spec(), e);
            }
        }

        void cancel() {
            cancelled = true;
            ScheduledFuture<?> current = future;
            if (current != null) {
                current.cancel(false);
            }
        }
    }
}
