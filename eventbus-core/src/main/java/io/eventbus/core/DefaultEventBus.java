package io.eventbus.core;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.BusDescription;
import io.eventbus.api.Capabilities;
import io.eventbus.api.Capability;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Health;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.PayloadTranscoder;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportDescription;
import io.eventbus.core.consume.DeliveryEngine;
import io.eventbus.core.pool.GlobalWorkerPool;
import io.eventbus.core.pool.KeyedWorkerPool;
import io.eventbus.core.publish.PublishPipeline;
import io.eventbus.core.wire.WireCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bus: the publishing and the consuming half over one transport, and their common end.
 *
 * <p>States: OPEN → DRAINING (only handlers may publish) → CLOSED. The end: subscriptions stop fetching, handlers end and are settled, the
 * pipeline waits for outstanding acknowledgements and runs its callbacks, the transport is closed, then the threads that this bus owns.
 *
 * <p>Concurrency: {@link #closing} decides who does the closing; all others wait for its result, unless they are inside a handler or callback of
 * this bus, which the closing waits for.
 */
final class DefaultEventBus implements EventBus {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultEventBus.class);

    /** What a message leaves free, in bytes, for the headers it gets when it becomes a dead letter. */
    private static final int DEAD_LETTER_STORY = 16 * 1024;

    private static final Duration LONGEST_CLOSE = Duration.ofDays(1);

    private final Transport transport;
    private final BusConfig config;
    private final Capabilities capabilities;
    private final PublishPipeline pipeline;
    private final DeliveryEngine engine;
    private final ScheduledThreadPoolExecutor timer;
    private final List<AutoCloseable> ownPools;
    private final AtomicReference<@Nullable CompletableFuture<CloseReport>> closing = new AtomicReference<>();

    private DefaultEventBus(
            Transport transport,
            BusConfig config,
            Capabilities capabilities,
            PublishPipeline pipeline,
            DeliveryEngine engine,
            ScheduledThreadPoolExecutor timer,
            List<AutoCloseable> ownPools) {
        this.transport = transport;
        this.config = config;
        this.capabilities = capabilities;
        this.pipeline = pipeline;
        this.engine = engine;
        this.timer = timer;
        this.ownPools = ownPools;
    }

    static EventBus start(
            Transport transport,
            BusConfig config,
            @Nullable KeyedWorkerPool sharedKeyed,
            @Nullable GlobalWorkerPool sharedGlobal,
            List<PayloadTranscoder> transcoders) {
        Requirements.check(config.requires(), transport);
        transport.start(config.deliveryTimeout());
        try {
            return assemble(transport, config, sharedKeyed, sharedGlobal, transcoders);
        } catch (RuntimeException e) {
            transport.close(Duration.ZERO);
            throw e;
        }
    }

    private static EventBus assemble(
            Transport transport,
            BusConfig config,
            @Nullable KeyedWorkerPool sharedKeyed,
            @Nullable GlobalWorkerPool sharedGlobal,
            List<PayloadTranscoder> transcoders) {
        WireCodec codec = new WireCodec(new WireCodec.Options(
                config.wireFormat(),
                config.compression() == Compression.LZ4
                        && !transport.capabilities().contains(Capability.NATIVE_COMPRESSION),
                config.compressionThreshold(),
                config.maxDecompressedBytes(),
                transport.nullBody()));
        long maxMessage = transport.maxMessageBytes() - DEAD_LETTER_STORY;
        long certain = codec.maxPayloadBytes(transport.maxMessageBytes());
        long maxPayload = config.maxPayloadBytes() == 0 ? certain : Math.min(certain, config.maxPayloadBytes());
        ScheduledThreadPoolExecutor timer = timer(config.name());
        PublishPipeline pipeline = new PublishPipeline(
                transport,
                codec::encode,
                new PublishPipeline.Options(
                        config.maxInFlight(),
                        config.maxInFlightBytes(),
                        config.whenFull(),
                        config.maxBlock(),
                        config.deliveryTimeout(),
                        config.callbackThreads(),
                        maxPayload,
                        maxMessage),
                timer,
                config.name());
        List<AutoCloseable> ownPools = new ArrayList<>();
        KeyedWorkerPool keyed = sharedKeyed != null ? sharedKeyed : ownKeyedPool(config, ownPools);
        GlobalWorkerPool global = sharedGlobal != null ? sharedGlobal : ownGlobalPool(config, ownPools);
        DeliveryEngine engine = new DeliveryEngine(new DeliveryEngine.Parts(
                transport, codec, transcoders, pipeline, config.deliveryTimeout(), keyed, global, timer));
        Capabilities capabilities = new Capabilities(transport.name(), transport.capabilities(), maxPayload);
        return new DefaultEventBus(transport, config, capabilities, pipeline, engine, timer, ownPools);
    }

    @Override
    public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
        pipeline.publish(topic, DeliveryEngine.asPublished(envelope), options, done);
    }

    @Override
    public PublishCallback batching(PublishResults results) {
        return pipeline.batching(results);
    }

    @Override
    public Subscription subscribe(SubscriptionSpec spec, EventHandler handler) {
        if (closing.get() != null) {
            throw new BusClosedException("cannot subscribe " + spec + ": the bus is closed; start a new one");
        }
        Subscription subscription = engine.subscribe(spec, handler);
        if (closing.get() != null) {
            subscription.close();
            throw new BusClosedException(
                    "cannot subscribe " + spec + ": the bus was closed meanwhile; start a new one");
        }
        return subscription;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public BusDescription describe() {
        TransportDescription below = transport.describe();
        SortedMap<String, String> settings = new TreeMap<>(config.describe());
        settings.putAll(below.settings());
        SortedMap<String, String> guarantees = new TreeMap<>();
        for (Capability capability : Capability.values()) {
            guarantees.put(capability.name(), capabilities.has(capability) ? "yes" : "no");
        }
        guarantees.put("largest certain payload", capabilities.maxPayloadBytes() + " bytes");
        SortedMap<String, String> topology = new TreeMap<>(below.topology());
        topology.putAll(engine.describe());
        return new BusDescription(transport.name(), settings, guarantees, topology);
    }

    @Override
    public Health health() {
        List<Health.Component> components = new ArrayList<>();
        if (closing.get() != null) {
            components.add(new Health.Component("bus", Health.Status.DOWN, "it is closed"));
        }
        components.add(transport.health());
        components.addAll(engine.health());
        return Health.of(components);
    }

    @Override
    public CloseReport close(Duration wanted) {
        Duration timeout =
                wanted.isNegative() ? Duration.ZERO : wanted.compareTo(LONGEST_CLOSE) > 0 ? LONGEST_CLOSE : wanted;
        CompletableFuture<CloseReport> mine = new CompletableFuture<>();
        CompletableFuture<CloseReport> first = closing.compareAndExchange(null, mine);
        if (first != null) {
            return await(first, timeout);
        }
        CloseReport report = new CloseReport(0, 0, 0, Duration.ZERO);
        try {
            report = closeNow(timeout);
        } finally {
            mine.complete(report);
        }
        return report;
    }

    private CloseReport closeNow(Duration timeout) {
        long start = System.nanoTime();
        pipeline.restrictTo(engine::inHandler);
        CloseReport none = new CloseReport(0, 0, 0, Duration.ZERO);
        // Handlers get two thirds at the most, so that their publishes still have time to be acknowledged.
        CloseReport consumed =
                step("subscriptions", () -> engine.close(timeout.dividedBy(3).multipliedBy(2)), none);
        int unpublished = step("publishing", () -> pipeline.close(remaining(start, timeout)), 0);
        step(
                "connection",
                () -> closed(() -> transport.close(remaining(start, timeout).plusMillis(100))),
                true);
        timer.shutdownNow();
        for (AutoCloseable pool : ownPools) {
            closeQuietly(pool);
        }
        CloseReport report = new CloseReport(
                consumed.handlersRunning(),
                consumed.eventsGivenBack(),
                unpublished,
                Duration.ofNanos(System.nanoTime() - start));
        LOG.info("bus on {} closed, {}", transport.name(), report);
        return report;
    }

    /** One step of a close; if it throws, the others are still done. */
    private <T> T step(String what, Supplier<T> action, T otherwise) {
        try {
            return action.get();
        } catch (RuntimeException e) {
            LOG.error("closing the {} of the bus on {} failed", what, transport.name(), e);
            return otherwise;
        }
    }

    private static boolean closed(Runnable action) {
        action.run();
        return true;
    }

    private CloseReport await(CompletableFuture<CloseReport> other, Duration timeout) {
        CloseReport none = new CloseReport(0, 0, 0, Duration.ZERO);
        if (engine.inHandler() || pipeline.isCallbackThread()) {
            return other.getNow(none);
        }
        try {
            return other.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return other.getNow(none);
        } catch (ExecutionException | TimeoutException e) {
            return other.getNow(none);
        }
    }

    private static Duration remaining(long start, Duration timeout) {
        return Duration.ofNanos(Math.max(0, timeout.toNanos() - (System.nanoTime() - start)));
    }

    private static void closeQuietly(AutoCloseable pool) {
        try {
            pool.close();
        } catch (Exception e) {
            LOG.warn("a worker pool did not close", e);
        }
    }

    private static KeyedWorkerPool ownKeyedPool(BusConfig config, List<AutoCloseable> ownPools) {
        KeyedWorkerPool.Builder builder = KeyedWorkerPool.builder().name(config.name() + "-keyed");
        KeyedWorkerPool pool = (config.keyedWorkers() > 0 ? builder.workers(config.keyedWorkers()) : builder).build();
        ownPools.add(() -> pool.close(Duration.ZERO));
        return pool;
    }

    private static GlobalWorkerPool ownGlobalPool(BusConfig config, List<AutoCloseable> ownPools) {
        GlobalWorkerPool.Builder builder = GlobalWorkerPool.builder().name(config.name() + "-global");
        GlobalWorkerPool pool =
                (config.globalWorkers() > 0 ? builder.workers(config.globalWorkers()) : builder).build();
        ownPools.add(() -> pool.close(Duration.ZERO));
        return pool;
    }

    private static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name + "-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
