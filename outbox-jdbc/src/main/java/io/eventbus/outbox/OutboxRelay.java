package io.eventbus.outbox;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishResult;
import io.eventbus.api.outbox.OutboxFailure;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what an outbox holds, and tells the store what the broker acknowledged.
 *
 * <p>Threads: the <em>store thread</em> does all that touches the database and owns the {@link Flow}; the <em>sender thread</em> alone calls the publisher, whose window may
 * block, while the store thread has to renew its claims; the bus's callback threads put outcomes into a queue. So no connection is held during a publish, and no
 * JDBC runs on a thread of the broker's client.
 *
 * <p>Hand-overs: store → sender through a bounded queue, which never blocks the store thread, as it sends no more than there is room for; callback → store
 * through an unbounded queue, which holds at most what is on its way; everyone wakes the store thread through {@code signals}.
 */
final class OutboxRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);

    private final String owner;
    private final OutboxStore store;
    private final EventPublisher publisher;
    private final RelaySettings settings;
    private final RelayBackoff backoff;
    private final Flow flow = new Flow();
    private final BlockingQueue<OutboxRecord> toSend;
    private final ConcurrentLinkedQueue<PublishResult> outcomes = new ConcurrentLinkedQueue<>();
    private final Semaphore signals = new Semaphore(0);
    private final Thread storeThread;
    private final Thread senderThread;
    private volatile boolean stopping;
    private long renewAt;
    private long probeAt;
    private Duration idle;

    OutboxRelay(String owner, OutboxStore store, EventPublisher publisher, RelaySettings settings) {
        this.owner = owner;
        this.store = store;
        this.publisher = publisher;
        this.settings = settings;
        this.backoff = new RelayBackoff(settings.firstDelay(), settings.longestDelay());
        this.idle = settings.shortestPoll();
        this.toSend = new ArrayBlockingQueue<>(settings.maxInFlight());
        this.storeThread = new Thread(this::run, "eventbus-outbox-" + owner);
        this.senderThread = new Thread(this::send, "eventbus-outbox-send-" + owner);
    }

    void start() {
        storeThread.start();
        senderThread.start();
    }

    /** There may be new rows: looks at once. From any thread; never waits. */
    void wake() {
        if (signals.availablePermits() == 0) {
            signals.release();
        }
    }

    // ---- the sender thread

    private void send() {
        try {
            while (!stopping || !toSend.isEmpty()) {
                OutboxRecord record = toSend.poll(100, TimeUnit.MILLISECONDS);
                if (record != null) {
                    publisher.publish(record.topic(), record.envelope(), this::arrived);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void arrived(PublishResult result) {
        outcomes.add(result);
        wake();
    }

    // ---- the store thread

    private void run() {
        int failures = 0;
        while (!stopping) {
            Duration pause;
            try {
                pause = round();
                failures = 0;
            } catch (InterruptedException e) {
                break;
            } catch (Exception e) {
                pause = backoff.after(++failures);
                LOG.warn(
                        "outbox relay {}: the database does not do what is asked; again in {} ms",
                        owner,
                        pause.toMillis(),
                        e);
            }
            await(pause);
        }
    }

    /** One round; how long to wait for a signal before the next. */
    private Duration round() throws Exception {
        settle();
        renew();
        boolean found = claim();
        dispatch();
        idle = found ? settings.shortestPoll() : min(idle.multipliedBy(2), settings.longestPoll());
        return found ? Duration.ZERO : idle;
    }

    private void settle() throws Exception {
        List<OutboxRecord> acknowledged = new ArrayList<>();
        List<OutboxFailure> failed = new ArrayList<>();
        List<OutboxFailure> dead = new ArrayList<>();
        List<OutboxRecord> behind = new ArrayList<>();
        for (PublishResult result = outcomes.poll(); result != null; result = outcomes.poll()) {
            OutboxRecord record = flow.arrived(result.eventId());
            if (record == null) {
                continue;
            }
            if (result instanceof PublishResult.Acknowledged) {
                flow.settled(record);
                acknowledged.add(record);
            } else if (result instanceof PublishResult.Failed failure) {
                judge(record, failure.error(), failed, dead, behind);
            }
        }
        if (!acknowledged.isEmpty()) {
            store.acknowledge(owner, acknowledged);
        }
        if (!failed.isEmpty()) {
            store.fail(owner, failed);
        }
        if (!dead.isEmpty()) {
            store.deadLetter(owner, dead);
        }
        if (!behind.isEmpty()) {
            store.giveBack(owner, behind);
        }
    }

    private void judge(
            OutboxRecord record,
            EventBusException error,
            List<OutboxFailure> failed,
            List<OutboxFailure> dead,
            List<OutboxRecord> behind) {
        if (isAway(error)) {
            flow.away(record);
            return;
        }
        List<OutboxRecord> leaving = flow.failed(record);
        behind.addAll(leaving.subList(1, leaving.size()));
        int failures = record.failures() + 1;
        String reason = String.valueOf(error.getMessage());
        if (!error.retriable() || failures >= settings.maxAttempts()) {
            dead.add(new OutboxFailure(record, reason, Duration.ZERO));
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

    private void renew() throws Exception {
        long now = System.nanoTime();
        if (now - renewAt >= 0) {
            renewAt = now + settings.lease().toNanos() / 3;
            flow.drop(new HashSet<>(store.renew(owner, List.of(), settings.lease())));
        }
    }

    private boolean claim() throws Exception {
        int room = settings.maxInFlight() - flow.size();
        if (room < settings.maxInFlight() / 4 || flow.isAway()) {
            return false;
        }
        List<? extends OutboxRecord> claimed =
                store.claim(owner, room, settings.maxBytes() - flow.bytes(), settings.lease());
        claimed.forEach(flow::claimed);
        return !claimed.isEmpty();
    }

    private void dispatch() {
        long now = System.nanoTime();
        if (flow.isAway() && now - probeAt < 0) {
            return;
        }
        probeAt = now + settings.firstDelay().toNanos();
        toSend.addAll(flow.send(toSend.remainingCapacity()));
    }

    private void await(Duration pause) {
        try {
            if (signals.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                signals.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        wake();
        storeThread.join();
        senderThread.join();
    }
}
