package io.eventbus.outbox;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.Health;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishResult;
import io.eventbus.api.outbox.OutboxFailure;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what an outbox holds, and tells the store what the broker acknowledged.
 *
 * <p>Order: of each aggregate one event is on its way at a time. What fails waits with a growing delay, and its aggregate behind it; other aggregates go on. After
 * {@code max-attempts} failures, or at once if trying again cannot help, it is dead, and blocks its aggregate until it is re-queued or taken away. As long as the broker
 * cannot be reached nothing is counted: one event is tried now and then, and the others wait.
 *
 * <p>Threads, two however much there is to do: the <em>store thread</em> does all that touches the database and owns the {@link Flow}; the <em>sender thread</em>
 * alone calls the publisher, whose window may block, while the store thread has leases to renew. The bus's callback threads put outcomes into a queue. So no connection is
 * held during a publish, and no JDBC runs on a thread of the broker's client.
 *
 * <p>Hand-overs: store → sender through a bounded queue, which never blocks the store thread, as it sends no more than there is room for; callback and sender → store
 * through an unbounded queue, which holds at most what is on its way. Everyone wakes the store thread through {@code signals}. {@code mayUntil} is written by the store
 * thread after what was lost has been dropped and {@code generation} raised, so the sender sends nothing that it was given before a loss.
 */
public final class OutboxRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);

    private final String owner;
    private final OutboxStore store;
    private final EventPublisher publisher;
    private final RelaySettings settings;
    private final RelayBackoff backoff;
    private final Flow flow = new Flow();
    private final BlockingQueue<ToSend> toSend;
    private final ConcurrentLinkedQueue<PublishResult> arrivals = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<OutboxRecord> unsent = new ConcurrentLinkedQueue<>();
    private final Semaphore signals = new Semaphore(0);
    private final PublishCallback done;
    private final Thread storeThread;
    private final Thread senderThread;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong dead = new AtomicLong();
    private volatile Sight sight = new Sight(0, 0, false, false, System.nanoTime(), "");

    /** Until when what is claimed may be sent, {@link System#nanoTime()}: a relay that was frozen finds this in the past. */
    private volatile long mayUntil = System.nanoTime();

    /** Written by the store thread only. */
    private final AtomicInteger generation = new AtomicInteger();

    private volatile boolean asked;
    private volatile boolean closing;
    private volatile long closeBy;
    private volatile boolean senderDone;

    // ---- the store thread's own: what is settled and not yet told to the store, and when to do what

    private final List<OutboxRecord> acknowledged = new ArrayList<>();
    private final List<OutboxFailure> failed = new ArrayList<>();
    private final List<OutboxFailure> given = new ArrayList<>();
    private final List<OutboxRecord> behind = new ArrayList<>();
    private long renewAt = System.nanoTime();
    private long claimAt = System.nanoTime();
    private long probeAt = System.nanoTime();
    private int probes;
    private Duration idle;
    private long seenPublished;

    OutboxRelay(String owner, OutboxStore store, EventPublisher publisher, RelaySettings settings) {
        this.owner = owner;
        this.store = store;
        this.publisher = publisher;
        this.settings = settings;
        this.backoff = new RelayBackoff(settings.firstDelay(), settings.longestDelay());
        this.idle = settings.shortestPoll();
        this.toSend = new ArrayBlockingQueue<>(settings.maxInFlight());
        this.done = settings.batchedResults() ? publisher.batching(this::arrived) : this::arrived;
        this.storeThread = new Thread(this::run, "eventbus-outbox-" + owner);
        this.senderThread = new Thread(this::send, "eventbus-outbox-send-" + owner);
        storeThread.setDaemon(true);
        senderThread.setDaemon(true);
    }

    /**
     * How things stood after the last round.
     *
     * @param progressAt when something was last published, or nothing was held, {@link System#nanoTime()}
     * @param trouble what the database last said, empty if it did what it was asked for
     */
    private record Sight(
            int held, long heldBytes, boolean brokerAway, boolean databaseAway, long progressAt, String trouble) {}

    /**
     * Starts a relay over our own tables.
     *
     * @param database gives connections; the relay uses one at a time, and none while it waits
     * @param publisher publishes the events, mostly an {@code EventBus}; it is not closed here
     * @throws io.eventbus.api.ConfigurationException if the database is not supported, or its tables are missing or of another version
     * @throws SQLException if the database cannot be asked
     */
    public static OutboxRelay start(DataSource database, EventPublisher publisher, OutboxConfig config)
            throws SQLException {
        try (Session session = Session.open(database)) {
            Connection connection = session.connection();
            Dialect dialect = Dialect.of(connection);
            TableNames tables = new TableNames(config.tablePrefix());
            OutboxSchema schema = new OutboxSchema(dialect, tables);
            if (config.createSchema() && !schema.exists(connection)) {
                schema.create(connection, config.schema());
                session.commit();
            }
            return start(new JdbcOutboxStore(database, dialect, tables, schema.read(connection)), publisher, config);
        }
    }

    /**
     * Starts a relay over a store of the user's own.
     *
     * @param store used by this relay alone, from one thread
     * @param publisher publishes the events; it is not closed here
     */
    public static OutboxRelay start(OutboxStore store, EventPublisher publisher, OutboxConfig config) {
        OutboxRelay relay = new OutboxRelay(config.relayName(), store, publisher, config.relay());
        relay.start();
        return relay;
    }

    /**
     * A record on its way to the sender.
     *
     * @param generation of the ownership under which it was put there; it grows whenever something is lost
     */
    private record ToSend(OutboxRecord record, int generation) {}

    void start() {
        storeThread.start();
        senderThread.start();
    }

    /** The name under which it owns shards; unique. */
    public String owner() {
        return owner;
    }

    /** There may be new events, as a transaction has committed: the relay looks at once. From any thread; never waits. */
    public void wake() {
        asked = true;
        signal();
    }

    /**
     * These events were committed and are to be published now. It only {@linkplain #wake wakes} the relay, which publishes them as it publishes everything, in
     * order; events of shards that another relay owns are found by that one. To be called after the commit.
     */
    public void publishNow(Collection<String> eventIds) {
        if (!eventIds.isEmpty()) {
            wake();
        }
    }

    /** What was done and is held. From any thread. */
    public RelayStats stats() {
        Sight now = sight;
        Duration oldest =
                now.held == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, System.nanoTime() - now.progressAt));
        return new RelayStats(
                published.get(),
                failures.get(),
                dead.get(),
                now.held,
                now.heldBytes,
                oldest,
                now.brokerAway,
                now.databaseAway);
    }

    /** Whether events get through: DEGRADED while the database or the broker is away, or what is held has made no progress for the configured time. */
    public Health health() {
        Sight now = sight;
        return Health.of(List.of(databaseHealth(now), relayHealth(now)));
    }

    private static Health.Component databaseHealth(Sight now) {
        return now.databaseAway
                ? new Health.Component("outbox-database", Health.Status.DEGRADED, now.trouble)
                : new Health.Component("outbox-database", Health.Status.UP, "answers");
    }

    private Health.Component relayHealth(Sight now) {
        Duration oldest = stats().oldest();
        if (now.brokerAway) {
            return new Health.Component(
                    "outbox-relay",
                    Health.Status.DEGRADED,
                    "the broker cannot be reached; " + now.held + " events are held");
        }
        if (oldest.compareTo(settings.healthAge()) > 0) {
            return new Health.Component(
                    "outbox-relay",
                    Health.Status.DEGRADED,
                    "no progress for " + oldest.toSeconds() + " s; " + now.held + " events are held");
        }
        return new Health.Component("outbox-relay", Health.Status.UP, "publishes");
    }

    private void signal() {
        if (signals.availablePermits() == 0) {
            signals.release();
        }
    }

    // ---- the sender thread

    private void send() {
        try {
            while (!senderDone) {
                ToSend next = toSend.poll(100, TimeUnit.MILLISECONDS);
                if (next == null) {
                    continue;
                }
                if (next.generation() != generation.get() || System.nanoTime() - mayUntil >= 0) {
                    notSent(next.record());
                } else {
                    publish(next.record());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(OutboxRecord record) {
        try {
            publisher.publish(record.topic(), record.envelope(), done);
        } catch (EventBusException e) {
            arrived(new PublishResult.Failed(record.topic(), record.envelope().eventId(), e));
        } catch (RuntimeException e) {
            PublishException error = new PublishException(
                    PublishException.Reason.REJECTED,
                    "the publisher threw " + e.getClass().getName(),
                    e);
            arrived(new PublishResult.Failed(record.topic(), record.envelope().eventId(), error));
        }
    }

    private void notSent(OutboxRecord record) {
        unsent.add(record);
        signal();
    }

    // ---- callback threads

    private void arrived(PublishResult result) {
        arrivals.add(result);
        signal();
    }

    private void arrived(List<PublishResult> results) {
        arrivals.addAll(results);
        signal();
    }

    // ---- the store thread

    private void run() {
        int troubles = 0;
        while (!isFinished()) {
            long pause;
            try {
                round();
                troubles = 0;
                look(false, "");
                pause = untilNext();
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                pause = backoff.after(++troubles).toNanos();
                look(true, e.toString());
                LOG.warn(
                        "outbox relay {}: the database does not do what it is asked for; tried again in {} ms: {}",
                        owner,
                        TimeUnit.NANOSECONDS.toMillis(pause),
                        e.toString());
                LOG.debug("outbox relay {}", owner, e);
            }
            if (!await(pause, troubles > 0)) {
                return;
            }
        }
        leave();
    }

    private void look(boolean databaseAway, String trouble) {
        long now = System.nanoTime();
        boolean progress = flow.size() == 0 || published.get() != seenPublished;
        seenPublished = published.get();
        sight = new Sight(
                flow.size(), flow.bytes(), flow.isAway(), databaseAway, progress ? now : sight.progressAt, trouble);
    }

    private boolean isFinished() {
        return closing
                && (flow.sent() == 0 && arrivals.isEmpty() && unsent.isEmpty() && isSettled()
                        || System.nanoTime() - closeBy >= 0);
    }

    private boolean isSettled() {
        return acknowledged.isEmpty() && failed.isEmpty() && given.isEmpty() && behind.isEmpty();
    }

    private void round() throws Exception {
        collect();
        if (!closing) {
            dispatch(); // what stood behind an acknowledged event need not wait for the database
        }
        settle();
        renew();
        if (!closing) {
            claim();
            dispatch();
        }
    }

    private void collect() {
        for (OutboxRecord record = unsent.poll(); record != null; record = unsent.poll()) {
            flow.unsent(record);
        }
        for (PublishResult arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            OutboxRecord record = flow.arrived(arrival.eventId());
            if (record == null) {
                continue; // no longer ours
            }
            if (arrival instanceof PublishResult.Failed failure) {
                judge(record, failure.error());
            } else {
                flow.settled(record);
                probes = 0;
                acknowledged.add(record);
            }
        }
    }

    private void judge(OutboxRecord record, EventBusException error) {
        if (isAway(error)) {
            if (!flow.isAway()) {
                LOG.warn("outbox relay {}: the broker cannot be reached, {}", owner, error.getMessage());
            }
            flow.away(record);
            return;
        }
        probes = 0;
        List<OutboxRecord> leaving = flow.failed(record);
        behind.addAll(leaving.subList(1, leaving.size()));
        int failures = record.failures() + 1;
        String reason = String.valueOf(error.getMessage());
        if (!error.retriable() || failures >= settings.maxAttempts()) {
            LOG.error(
                    "outbox relay {}: event {} is given up after {} failures, and blocks its aggregate: {}",
                    owner,
                    record.envelope().eventId(),
                    failures,
                    reason);
            given.add(new OutboxFailure(record, reason, Duration.ZERO));
        } else {
            failed.add(new OutboxFailure(record, reason, backoff.after(failures)));
        }
    }

    /** Whether it is the broker that cannot be reached, and so no fault of the event. */
    private static boolean isAway(EventBusException error) {
        if (error instanceof PublishException publish) {
            return switch (publish.reason()) {
                case TIMEOUT, DISCONNECTED, WINDOW_FULL -> true;
                default -> false;
            };
        }
        return error instanceof ConnectionException || error instanceof BusClosedException;
    }

    /** Tells the store, each list once: what it did not take is told again. */
    private void settle() throws Exception {
        if (!acknowledged.isEmpty()) {
            int counted = store.acknowledge(owner, acknowledged);
            published.addAndGet(counted);
            if (counted < acknowledged.size()) {
                renewAt = System.nanoTime(); // something was lost: learn what else
            }
            acknowledged.clear();
        }
        if (!failed.isEmpty()) {
            store.fail(owner, failed);
            failures.addAndGet(failed.size());
            failed.clear();
        }
        if (!given.isEmpty()) {
            store.deadLetter(owner, given);
            failures.addAndGet(given.size());
            dead.addAndGet(given.size());
            given.clear();
        }
        if (!behind.isEmpty()) {
            store.giveBack(owner, behind);
            behind.clear();
        }
    }

    private void renew() throws Exception {
        long now = System.nanoTime();
        if (now - renewAt < 0) {
            return;
        }
        Collection<? extends OutboxRecord> lost = store.renew(owner, flow.all(), settings.lease());
        renewAt = now + settings.lease().toNanos() / 3;
        if (!lost.isEmpty()) {
            generation.incrementAndGet(); // before the sender may go on: it returns what is of an older one
            flow.drop(new HashSet<>(lost));
        }
        mayUntil = now + settings.lease().toNanos();
    }

    private boolean mayClaim() {
        return !closing
                && !flow.isAway()
                && settings.maxInFlight() - flow.size() >= (settings.maxInFlight() + 3) / 4
                && flow.bytes() < settings.maxBytes();
    }

    private void claim() throws Exception {
        long now = System.nanoTime();
        int room = settings.maxInFlight() - flow.size();
        long bytes = settings.maxBytes() - flow.bytes();
        if (!mayClaim() || now - claimAt < 0 && !asked) {
            return;
        }
        asked = false;
        List<? extends OutboxRecord> claimed = store.claim(owner, room, bytes, settings.lease());
        claimed.forEach(flow::claimed);
        if (claimed.isEmpty()) {
            claimAt = System.nanoTime() + idle.toNanos();
            Duration longer = idle.multipliedBy(2);
            idle = longer.compareTo(settings.longestPoll()) < 0 ? longer : settings.longestPoll();
        } else {
            idle = settings.shortestPoll();
            claimAt = claimed.size() >= room / 2 ? now : System.nanoTime() + idle.toNanos();
        }
    }

    private void dispatch() {
        long now = System.nanoTime();
        if (flow.isAway()) {
            if (flow.sent() > 0 || now - probeAt < 0) {
                return;
            }
            probeAt = now + backoff.after(++probes).toNanos();
        }
        for (OutboxRecord record : flow.send(toSend.remainingCapacity())) {
            toSend.add(new ToSend(record, generation.get()));
        }
    }

    /** How long nothing is to be done unless somebody signals, in nanoseconds. */
    private long untilNext() {
        long now = System.nanoTime();
        long next = renewAt - now;
        if (flow.isAway()) {
            next = Math.min(next, Math.max(probeAt - now, 1_000_000));
        } else if (mayClaim()) {
            next = Math.min(next, asked ? 0 : claimAt - now);
        }
        return closing ? Math.min(next, 50_000_000) : next;
    }

    /** Waits; false if the thread was interrupted. After a failure of the database nothing but the close ends the wait early. */
    private boolean await(long nanos, boolean throughout) {
        try {
            long until = System.nanoTime() + nanos;
            for (long left = nanos; left > 0; left = until - System.nanoTime()) {
                if (signals.tryAcquire(left, TimeUnit.NANOSECONDS) && (!throughout || closing)) {
                    break;
                }
            }
            signals.drainPermits();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void leave() {
        senderDone = true; // what it has not sent by now is for the next owner
        try {
            store.giveBack(owner, flow.unsent());
            store.leave(owner);
        } catch (Exception e) {
            LOG.warn("outbox relay {}: what it owns is free when its lease is over: {}", owner, e.toString());
        }
    }

    /** Closes within ten seconds, see {@link #close(Duration)}. */
    @Override
    public void close() throws InterruptedException {
        close(Duration.ofSeconds(10));
    }

    /** Claims no more, waits for what is on its way, tells the store, and gives back the rest; at most for so long. */
    public void close(Duration within) throws InterruptedException {
        closeBy = System.nanoTime() + within.toNanos();
        closing = true;
        signal();
        storeThread.join(Math.max(1, within.toMillis()) + 1_000);
        senderDone = true;
        senderThread.interrupt();
        senderThread.join(1_000);
        storeThread.interrupt();
    }
}
