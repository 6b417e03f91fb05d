package io.eventbus.memory;

import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of one transport: a member of a group, the partitions it owns, and the pipe in which messages come down to it.
 *
 * <p>Concurrency: state is guarded by the broker's lock. The sink is called outside the lock, by the broker's thread, or for a revoke with
 * grace by a thread of its own while the broker's thread leaves the sink alone ({@code letting go}).
 */
final class MemoryConsumer implements TransportSubscription {

    /** Messages under way at most; also what is handed over in one go, so that subscriptions take turns. */
    private static final int PIPE = 256;

    final Object lock;
    final Sink sink;
    private final MemoryBroker broker;
    private final Link link;
    private final Group group;
    private final ConsumerSpec spec;
    private final List<MemoryAssignment> assignments = new ArrayList<>();
    private final Deque<SinkCall> calls = new ArrayDeque<>();
    private final Deque<MemoryMessage> pipe = new ArrayDeque<>();
    private int turn;
    private boolean member;
    private boolean ready;
    private boolean serving;
    private boolean lettingGo;
    private boolean closed;
    private volatile boolean stopped;

    MemoryConsumer(MemoryBroker broker, Link link, Group group, ConsumerSpec spec, Sink sink) {
        this.lock = broker.lock;
        this.broker = broker;
        this.link = link;
        this.group = group;
        this.spec = spec;
        this.sink = sink;
    }

    @Override
    public void demandChanged() {
        synchronized (lock) {
            makeReady();
        }
    }

    @Override
    public void stopFetching() {
        synchronized (lock) {
            stopped = true;
            losePipe();
            broker.awaitElsewhere(() -> !serving, Long.MAX_VALUE);
        }
    }

    @Override
    public void close(Duration timeout) {
        synchronized (lock) {
            stopFetching();
            if (!closed) {
                closed = true;
                link.tell(this::leave);
            }
            broker.awaitElsewhere(() -> !member || !link.isFlowing(), timeout.toNanos());
        }
    }

    Topic topic() {
        return spec.topic();
    }

    boolean isReachable() {
        return link.isFlowing() && !stopped;
    }

    /** How many partitions it owns and was not told to let go. */
    int owned() {
        int owned = 0;
        for (MemoryAssignment assignment : assignments) {
            if (!assignment.isRevoking()) {
                owned++;
            }
        }
        return owned;
    }

    void join() {
        member = true;
        group.join(this);
    }

    void given(MemoryAssignment assignment) {
        assignments.add(assignment);
        calls.add(new SinkCall(SinkCall.Kind.ASSIGNED, assignment));
        makeReady();
    }

    /** Lets go of the partitions it has too many of; the broker gets them when it has, or when the grace is over. */
    void keepAtMost(int fair) {
        if (!link.isFlowing()) {
            return;
        }
        for (int i = assignments.size() - 1; i >= 0 && owned() > fair; i--) {
            MemoryAssignment assignment = assignments.get(i);
            if (!assignment.isRevoking()) {
                assignment.revoking(broker.now() + broker.config().revokeGrace().toNanos());
                broker.schedule(assignment.graceEnds());
                calls.add(new SinkCall(SinkCall.Kind.LET_GO, assignment));
                makeReady();
            }
        }
    }

    /** Leaves the group; what it has not acknowledged goes to others. */
    void leave() {
        link.remove(this);
        quit(true);
    }

    /** The broker has not heard of it for too long. It joins again once it is back. */
    void expel() {
        for (MemoryAssignment assignment : assignments) {
            if (!assignment.isRevoking()) {
                calls.add(new SinkCall(SinkCall.Kind.LOST, assignment));
            }
        }
        if (closed) {
            link.remove(this);
        }
        makeReady();
        quit(closed);
    }

    /** The sink is not called any more. */
    void detach() {
        stopped = true;
        closed = true;
        losePipe();
    }

    /** The link is whole again. */
    void resume(boolean resynchronise) {
        if (closed) {
            leave();
            return;
        }
        if (!member) {
            join();
        } else {
            if (resynchronise) {
                assignments.forEach(this::tellAgain);
            }
            group.rebalance();
        }
        makeReady();
    }

    void endGraces(long now) {
        for (MemoryAssignment assignment : List.copyOf(assignments)) {
            if (assignment.isRevoking()) {
                if (assignment.graceEnds() - now > 0) {
                    broker.schedule(assignment.graceEnds());
                } else {
                    letGo(assignment);
                }
            }
        }
    }

    /** What was on its way down is owed again. */
    void losePipe() {
        for (MemoryMessage message : pipe) {
            message.assignment.drop(message.offset());
        }
        pipe.clear();
    }

    void tell(Request request) {
        link.tell(request);
    }

    /** The broker's thread is to look at this subscription. */
    void makeReady() {
        if (!ready && !closed) {
            ready = true;
            broker.ready(this);
        }
    }

    /** Serves the sink once: what happened to its partitions, then messages. Called by the broker's thread, outside the lock. */
    void serve() {
        synchronized (lock) {
            ready = false;
            serving = true;
        }
        try {
            SinkCall call = nextCall();
            while (call != null) {
                perform(call);
                call = nextCall();
            }
            handOver();
        } finally {
            synchronized (lock) {
                serving = false;
                lock.notifyAll();
            }
        }
    }

    private @Nullable SinkCall nextCall() {
        synchronized (lock) {
            if (lettingGo || closed) {
                return null;
            }
            SinkCall call = calls.poll();
            if (call != null && call.kind() == SinkCall.Kind.LET_GO) {
                lettingGo = true;
            }
            return call;
        }
    }

    private void perform(SinkCall call) {
        switch (call.kind()) {
            case ASSIGNED -> sink.assigned(call.assignment());
            case LOST -> sink.revoked(call.assignment(), Duration.ZERO);
            case LET_GO -> broker.inBackground(() -> revoke(call.assignment()));
        }
    }

    private void revoke(MemoryAssignment assignment) {
        Duration grace;
        synchronized (lock) {
            long left = assignment.isCurrent() ? assignment.graceEnds() - broker.now() : 0;
            grace = Duration.ofNanos(Math.max(0, left));
        }
        try {
            sink.revoked(assignment, grace);
        } finally {
            synchronized (lock) {
                lettingGo = false;
                link.tell(() -> letGo(assignment));
                makeReady();
            }
        }
    }

    private void handOver() {
        if (!canReceive()) {
            return;
        }
        int demand = sink.demand();
        int connection = link.connection();
        List<MemoryMessage> batch = exchange(demand);
        for (int i = 0; i < batch.size(); i++) {
            if (stopped || link.connection() != connection) {
                giveUp(batch.subList(i, batch.size()));
                return;
            }
            sink.accept(batch.get(i));
        }
    }

    private boolean canReceive() {
        synchronized (lock) {
            return link.isFlowing() && !stopped && !lettingGo && calls.isEmpty();
        }
    }

    /** Takes what has come down the pipe, as far as there is demand, and lets more into it. */
    private List<MemoryMessage> exchange(int demand) {
        synchronized (lock) {
            if (!canReceive() || demand <= 0) {
                return List.of();
            }
            int most = Math.min(demand, PIPE);
            List<MemoryMessage> batch = new ArrayList<>(Math.min(most, pipe.size()));
            while (batch.size() < most && !pipe.isEmpty()) {
                MemoryMessage message = pipe.remove();
                if (message.assignment.isDeliverable()) {
                    batch.add(message);
                } else {
                    message.assignment.drop(message.offset());
                }
            }
            fill(Math.min(demand - batch.size(), PIPE));
            if (!batch.isEmpty() || !pipe.isEmpty()) {
                makeReady();
            }
            return batch;
        }
    }

    private void fill(int most) {
        turn++;
        for (int i = 0; i < assignments.size() && pipe.size() < most; i++) {
            MemoryAssignment assignment = assignments.get((turn + i) % assignments.size());
            if (assignment.isDeliverable()) {
                assignment.take(most - pipe.size(), pipe);
            }
        }
    }

    private void giveUp(List<MemoryMessage> messages) {
        synchronized (lock) {
            for (MemoryMessage message : messages) {
                message.assignment.drop(message.offset());
            }
            makeReady();
        }
    }

    private void tellAgain(MemoryAssignment assignment) {
        AckWindow window = assignment.partition.window;
        for (long offset = window.frontier(); offset < window.end(); offset++) {
            if (window.isDone(offset)) {
                long done = offset;
                tell(() -> assignment.acknowledge(done));
            }
        }
    }

    private void letGo(MemoryAssignment assignment) {
        if (assignments.remove(assignment)) {
            assignment.end();
            group.rebalance();
        }
    }

    private void quit(boolean forGood) {
        losePipe();
        assignments.forEach(MemoryAssignment::end);
        assignments.clear();
        member = false;
        group.leave(this, forGood);
        lock.notifyAll();
    }

    @Override
    public String toString() {
        return spec.toString();
    }

    /** Something the sink is to be told. */
    private record SinkCall(Kind kind, MemoryAssignment assignment) {

        enum Kind {
            ASSIGNED,
            LOST,
            LET_GO
        }
    }
}
