package io.eventbus.examples.demo;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishResult;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.SubscriptionStats;
import io.eventbus.api.Topic;
import io.eventbus.core.BusConfig;
import io.eventbus.core.EventBusModule;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the demo on one broker: subscribe, publish everything, wait for the last event, draw up the ledger.
 *
 * <p>Concurrency: {@link #run} is called once; {@link #interrupt} may come from the shutdown hook at any time.
 */
final class DemoRun {

    private static final Logger LOG = LoggerFactory.getLogger(DemoRun.class);
    private static final Duration STALLED = Duration.ofSeconds(90);
    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final DemoBroker broker;
    private final Workload workload;
    private final DemoOptions options;
    private final ProgressLine progress;
    private final Ledger ledger;
    private final boolean[] failsFirst;
    private final String runId = UUID.randomUUID().toString().substring(0, 8);
    private final List<Subscription> subscriptions = new ArrayList<>();
    private volatile @Nullable EventBus bus;
    private volatile boolean interrupted;

    DemoRun(DemoBroker broker, Workload workload, DemoOptions options, ProgressLine progress) {
        this.broker = broker;
        this.workload = workload;
        this.options = options;
        this.progress = progress;
        this.ledger = new Ledger(workload);
        this.failsFirst = chooseFailing();
    }

    DemoReport run() throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        threads.resetPeakThreadCount();
        try (EventBus started = connect()) {
            bus = started;
            List<Topic> topics = subscribe(started);
            Thread publisher = new Thread(() -> publishAll(started, topics), "demo-publisher");
            publisher.setDaemon(true);
            publisher.start();
            awaitAll();
            DemoReport report = report(threads.getPeakThreadCount());
            started.close(CLOSE);
            return report;
        }
    }

    /** Ends the run from outside: closes the bus in order and tells what is unfinished. */
    String interrupt(Duration timeout) {
        interrupted = true;
        EventBus current = bus;
        CloseReport report = current == null ? new CloseReport(0, 0, 0, Duration.ZERO) : current.close(timeout);
        int n = workload.events().size();
        return String.format(
                "interrupted on %s: acknowledged %d of %d, handled %d, publish failed %d; closed %s in %d ms: %d handlers still running, "
                        + "%d events given back to the broker, %d publishes without acknowledgement; %d acknowledged events were not handled yet",
                broker.name(),
                ledger.acknowledged(),
                n,
                ledger.handled(),
                ledger.failed(),
                report.clean() ? "clean" : "NOT clean",
                report.took().toMillis(),
                report.handlersRunning(),
                report.eventsGivenBack(),
                report.publishesFailed(),
                ledger.gaps());
    }

    private EventBus connect() {
        BusConfig config = BusConfig.builder()
                .name("demo")
                .deliveryTimeout(Duration.ofMinutes(2))
                .maxBlock(Duration.ofMinutes(2))
                .build();
        Injector injector = Guice.createInjector(broker.module(), new EventBusModule(), new AbstractModule() {
            @Override
            protected void configure() {
                bind(BusConfig.class).toInstance(config);
            }
        });
        return injector.getInstance(EventBus.class);
    }

    private List<Topic> subscribe(EventBus bus) {
        List<Topic> topics = new ArrayList<>();
        for (int i = 0; i < workload.topics(); i++) {
            Topic topic = Topic.of("demo-" + runId + ".orders-" + i);
            topics.add(topic);
            SubscriptionSpec spec = SubscriptionSpec.builder(topic, "demo")
                    .retryPolicy(RetryPolicy.DEFAULT.withBackoff(Duration.ofMillis(20), Duration.ofSeconds(1)))
                    .build();
            subscriptions.add(bus.subscribe(spec, this::handle));
        }
        return topics;
    }

    private void publishAll(EventBus bus, List<Topic> topics) {
        List<DemoEvent> events = workload.events();
        for (int i = 0; i < events.size() && !interrupted; i++) {
            DemoEvent event = events.get(i);
            int index = i;
            Envelope envelope = Envelope.builder(event.type())
                    .eventId(runId + "-" + i)
                    .aggregateId(event.aggregateId())
                    .eventVersion(event.version())
                    .timestamp(event.time())
                    .payload(event.payload())
                    .build();
            ledger.published(index);
            bus.publish(topics.get(event.topic()), envelope, result -> reported(index, result));
        }
    }

    private void reported(int index, PublishResult result) {
        ledger.reported(index, result instanceof PublishResult.Acknowledged);
        if (result instanceof PublishResult.Failed failed && !interrupted) {
            LOG.warn("publish failed", failed.error());
        }
    }

    private Outcome handle(Delivery delivery) throws InterruptedException {
        int index = Integer.parseInt(delivery.envelope().eventId().substring(runId.length() + 1));
        int attempt = ledger.started(index);
        boolean done = false;
        try {
            if (!options.handlerTime().isZero()) {
                new CountDownLatch(1).await(options.handlerTime().toNanos(), TimeUnit.NANOSECONDS);
            }
            if (attempt == 1 && failsFirst[index]) {
                throw new DeliberateFailure();
            }
            done = true;
            return Outcome.ack();
        } finally {
            ledger.ended(index, done);
        }
    }

    private void awaitAll() throws InterruptedException {
        Faults faults = new Faults(broker, options, workload.events().size());
        long lastProgress = System.nanoTime();
        long lastSum = -1;
        while (!ledger.allHandled().await(options.faults() ? 20 : 200, TimeUnit.MILLISECONDS)) {
            faults.strikeIfDue(ledger.handled());
            progress.show(ledger.acknowledged(), ledger.handled());
            long sum = (long) ledger.acknowledged() + ledger.failed() + ledger.handled();
            if (sum != lastSum) {
                lastSum = sum;
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > STALLED.toNanos()) {
                LOG.error(
                        "no progress for {} s; health is {}",
                        STALLED.toSeconds(),
                        bus == null ? "unknown" : bus.health());
                break;
            }
        }
        ledger.allReported().await(CLOSE.toSeconds(), TimeUnit.SECONDS);
        progress.show(ledger.acknowledged(), ledger.handled());
        progress.end();
    }

    private DemoReport report(int peakThreads) {
        long retried = 0;
        long deadLettered = 0;
        for (Subscription subscription : subscriptions) {
            SubscriptionStats stats = subscription.stats();
            retried += stats.retried();
            deadLettered += stats.deadLettered();
        }
        double[] latency = ledger.latencies(0.5, 0.99, 0.999);
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
        return new DemoReport(
                broker.name(),
                broker.version(),
                workload.events().size(),
                workload.aggregates(),
                workload.topics(),
                ledger.acknowledged(),
                ledger.failed(),
                ledger.handled(),
                retried,
                deadLettered,
                ledger.duplicates(),
                ledger.gaps(),
                ledger.reordered(),
                ledger.overlapped(),
                Math.round(ledger.handled() / Math.max(1e-9, ledger.seconds())),
                new DemoReport.Latency(round(latency[0]), round(latency[1]), round(latency[2])),
                peakThreads,
                heap,
                ledger.verdict(deadLettered, options.faults()));
    }

    private boolean[] chooseFailing() {
        Random random = new Random(options.seed());
        boolean[] fails = new boolean[workload.events().size()];
        for (int i = 0; i < fails.length; i++) {
            fails[i] = random.nextDouble() < options.failRate();
        }
        return fails;
    }

    private static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }

    /** What the demo's handlers throw on purpose. */
    private static final class DeliberateFailure extends RuntimeException {
        DeliberateFailure() {
            super("the demo lets this first attempt fail", null, false, false);
        }
    }
}
