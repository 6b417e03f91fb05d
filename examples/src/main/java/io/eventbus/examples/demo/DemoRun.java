package io.eventbus.examples.demo;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Delivery;
import io.eventbus.api.EventBus;
import io.eventbus.api.Outcome;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.SubscriptionStats;
import io.eventbus.api.Topic;
import io.eventbus.core.BusConfig;
import io.eventbus.core.EventBusModule;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the demo on one broker: subscribe, feed everything in, wait for the last event, draw up the ledger.
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
    private final EventIds ids = EventIds.random();
    private final @Nullable CommitBook book;
    private final Feed feed;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private volatile @Nullable EventBus bus;

    /** @param database where the outbox of the options is, closed with the run; null without one */
    DemoRun(
            DemoBroker broker,
            @Nullable DemoDatabase database,
            Workload workload,
            DemoOptions options,
            ProgressLine progress) {
        this.broker = broker;
        this.workload = workload;
        this.options = options;
        this.progress = progress;
        this.ledger = new Ledger(workload);
        this.failsFirst = chooseFailing();
        OutboxOptions outbox = options.outbox();
        if (database == null || outbox == null) {
            this.book = null;
            this.feed = new DirectFeed(workload, ids, ledger);
        } else {
            CommitBook commits = new CommitBook(workload, ledger);
            this.book = commits;
            this.feed = new OutboxFeed(database, outbox, workload, options.seed(), ids, commits);
        }
    }

    DemoReport run() throws InterruptedException, SQLException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        threads.resetPeakThreadCount();
        try (feed;
                EventBus started = connect()) {
            bus = started;
            feed.start(started, subscribe(started));
            awaitAll();
            feed.stop(CLOSE);
            DemoReport report = report(threads.getPeakThreadCount());
            started.close(CLOSE);
            return report;
        }
    }

    /** Ends the run from outside: closes everything in order and tells what is unfinished. */
    String interrupt(Duration timeout) {
        long until = System.nanoTime() + timeout.toNanos();
        try {
            feed.stop(timeout.dividedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the rest is closed all the same
        }
        EventBus current = bus;
        CloseReport report = current == null
                ? new CloseReport(0, 0, 0, Duration.ZERO)
                : current.close(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        feed.close();
        return told(report);
    }

    private String told(CloseReport report) {
        String before = feed.unfinished();
        return String.format(
                "interrupted on %s: %sacknowledged %d of %d, handled %d, publish failed %d; closed %s in %d ms: %d handlers still running, "
                        + "%d events given back to the broker, %d publishes without acknowledgement; %d acknowledged events were not handled yet",
                broker.name(),
                before.isEmpty() ? "" : before + "; ",
                ledger.acknowledged(),
                workload.events().size(),
                ledger.handled(),
                feed.failed(),
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
            Topic topic = Topic.of("demo-" + ids.run() + ".orders-" + i);
            topics.add(topic);
            SubscriptionSpec spec = SubscriptionSpec.builder(topic, "demo")
                    .retryPolicy(RetryPolicy.DEFAULT.withBackoff(Duration.ofMillis(20), Duration.ofSeconds(1)))
                    .build();
            subscriptions.add(bus.subscribe(spec, this::handle));
        }
        return topics;
    }

    private Outcome handle(Delivery delivery) throws InterruptedException {
        int index = ids.index(delivery.envelope().eventId());
        if (book != null) {
            book.started(index);
        }
        if (index == EventIds.ROLLED_BACK) {
            return Outcome.ack(); // the book has it
        }
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
            if (feed.isBroken()) {
                break;
            }
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

    private DemoReport report(int peakThreads) throws SQLException {
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
                feed.failed(),
                ledger.handled(),
                retried,
                deadLettered,
                ledger.duplicates(),
                ledger.gaps(),
                ledger.reordered(),
                ledger.overlapped(),
                Math.round(ledger.handled() / Math.max(1e-9, ledger.seconds())),
                new DemoReport.Latency(
                        DemoReport.round(latency[0]), DemoReport.round(latency[1]), DemoReport.round(latency[2])),
                feed.report(),
                peakThreads,
                heap,
                feed.verdict(deadLettered, options.faults()));
    }

    private boolean[] chooseFailing() {
        Random random = new Random(options.seed());
        boolean[] fails = new boolean[workload.events().size()];
        for (int i = 0; i < fails.length; i++) {
            fails[i] = random.nextDouble() < options.failRate();
        }
        return fails;
    }

    /** What the demo's handlers throw on purpose. */
    private static final class DeliberateFailure extends RuntimeException {
        DeliberateFailure() {
            super("the demo lets this first attempt fail", null, false, false);
        }
    }
}
