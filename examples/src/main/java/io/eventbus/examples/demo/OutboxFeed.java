package io.eventbus.examples.demo;

import io.eventbus.api.EventBus;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import io.eventbus.outbox.Outbox;
import io.eventbus.outbox.OutboxConfig;
import io.eventbus.outbox.OutboxRelay;
import io.eventbus.outbox.RelayStats;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writers that commit order transactions with their events, and a relay that publishes what they committed.
 *
 * <p>Concurrency: the writers have a thread each, the relay its own. {@link #stop} may overtake {@link #start}: {@code stop} is set before {@code relay} and {@code threads}
 * are read there, and read after they are set here, so that either a writer finds nothing to do and the relay is closed at once, or both are found. The end is writers,
 * relay, bus, database.
 */
final class OutboxFeed implements Feed {

    private static final OutboxConfig CONFIG =
            OutboxConfig.of(Map.of(OutboxConfig.PREFIX + "create-schema", "true"), Map.of());

    private final DemoDatabase database;
    private final OutboxOptions options;
    private final Workload workload;
    private final long seed;
    private final EventIds ids;
    private final CommitBook book;
    private final AtomicBoolean stop = new AtomicBoolean();
    private volatile List<OrderWriter> writers = List.of();
    private volatile List<Thread> threads = List.of();
    private volatile @Nullable OutboxRelay relay;

    OutboxFeed(
            DemoDatabase database, OutboxOptions options, Workload workload, long seed, EventIds ids, CommitBook book) {
        this.database = database;
        this.options = options;
        this.workload = workload;
        this.seed = seed;
        this.ids = ids;
        this.book = book;
    }

    @Override
    public void start(EventBus bus, List<Topic> topics) throws SQLException, InterruptedException {
        Outbox outbox = Outbox.open(database.pool(), CONFIG);
        OutboxRelay started = OutboxRelay.start(database.pool(), new NotingPublisher(bus, this::reported), CONFIG);
        relay = started;
        if (stop.get()) {
            started.close(Duration.ZERO);
            return;
        }
        OrderWriter.Shared shared = new OrderWriter.Shared(
                workload, topics, ids, book, database.pool(), outbox, new AtomicInteger(), started::wake, stop);
        List<OrderWriter> made = new ArrayList<>();
        for (List<int[]> transactions : OrderPlan.of(workload, OutboxOptions.WRITERS, seed)) {
            made.add(new OrderWriter(shared, transactions, options.rollbackRate(), seed + made.size() + 1));
        }
        writers = List.copyOf(made);
        threads = made.stream().map(OutboxFeed::thread).toList();
        threads.forEach(Thread::start);
    }

    private static Thread thread(OrderWriter writer) {
        Thread thread = new Thread(writer, "demo-writer");
        thread.setDaemon(true);
        return thread;
    }

    private void reported(PublishResult result) {
        book.reported(ids.index(result.eventId()), result instanceof PublishResult.Acknowledged);
    }

    @Override
    public void stop(Duration within) throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        stop.set(true);
        for (Thread thread : threads) {
            thread.join(Math.max(1, (until - System.nanoTime()) / 2_000_000));
        }
        OutboxRelay started = relay;
        if (started != null) {
            started.close(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        }
    }

    @Override
    public boolean isBroken() {
        return writers.stream().anyMatch(OrderWriter::isBroken);
    }

    @Override
    public int failed() {
        return book.failedAttempts();
    }

    @Override
    public String verdict(long deadLettered, boolean faults) throws SQLException {
        return book.verdict(database.changes(), stats().dead(), deadLettered, faults);
    }

    @Override
    public DemoReport.Outbox report() {
        double[] millis = book.commitToAcknowledgement(0.5, 0.99);
        RelayStats stats = stats();
        return new DemoReport.Outbox(
                database.kind().toString(),
                database.version(),
                book.committed(),
                book.rolledBack(),
                stats.published(),
                stats.dead(),
                new DemoReport.CommitToAck(DemoReport.round(millis[0]), DemoReport.round(millis[1])));
    }

    private RelayStats stats() {
        OutboxRelay started = relay;
        return started == null ? new RelayStats(0, 0, 0, 0, 0, Duration.ZERO, false, false) : started.stats();
    }

    @Override
    public String unfinished() {
        return String.format(
                "committed %d, rolled back %d; %d committed events wait in the outbox for the next relay",
                book.committed(), book.rolledBack(), book.unacknowledged());
    }

    @Override
    public void close() {
        database.close();
    }
}
