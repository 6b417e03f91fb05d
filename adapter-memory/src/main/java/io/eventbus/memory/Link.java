package io.eventbus.memory;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.PublishException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connection of one transport to the broker, with what is under way in it. It can be cut once, severed until restored, and stalled;
 * when it is whole again the transport goes on by itself.
 *
 * <p>What a cut finds in the pipe is lost: of what goes up, the older half has reached the broker and only its acknowledgements are lost, the
 * newer half never arrives; of what goes down, all that was not handed over.
 *
 * <p>Concurrency: guarded by the broker's lock, but for {@link #connection}.
 */
final class Link {

    private final MemoryBroker broker;
    private final boolean resends;
    private final Deque<Request> up = new ArrayDeque<>();
    private final List<MemoryConsumer> consumers = new ArrayList<>();
    private boolean open = true;
    private boolean severed;
    private boolean stalled;
    private boolean lost;
    private boolean down;
    private long downSince;

    /** Counts the connections made, so that what belonged to a lost one is known. */
    private final AtomicInteger connection = new AtomicInteger();

    Link(MemoryBroker broker) {
        this.broker = broker;
        this.resends = broker.config().pipelinedKeyOrder();
    }

    boolean isOpen() {
        return open;
    }

    /** Whether it is closed and the broker has no member of it any more. */
    boolean isForgotten() {
        return !open && consumers.isEmpty();
    }

    boolean isStalled() {
        return stalled;
    }

    /** Whether what is told arrives now. */
    boolean isFlowing() {
        return isConnected() && !stalled;
    }

    private boolean isConnected() {
        return open && !severed && broker.isAlive();
    }

    int connection() {
        return connection.get();
    }

    void send(PendingSend send) {
        if (!open) {
            send.fail(new BusClosedException("publish on a closed connection to the memory broker; start a new bus"));
        } else if (isConnected() || resends) {
            up.add(send);
            if (isFlowing()) {
                broker.wake();
            } else {
                broker.schedule(send.deadlineNanos());
            }
        } else {
            send.fail(Reason.DISCONNECTED, "there is no connection to the memory broker");
        }
    }

    /** Tells the broker something; does nothing while there is no connection. */
    void tell(Request request) {
        if (isConnected()) {
            up.add(request);
            broker.wake();
        }
    }

    /** Applies the oldest requests; returns whether some are left. */
    boolean applySome(int most) {
        if (!isFlowing()) {
            return false;
        }
        for (int i = 0; i < most && !up.isEmpty(); i++) {
            up.remove().apply();
        }
        return !up.isEmpty();
    }

    void add(MemoryConsumer consumer) {
        consumers.add(consumer);
    }

    void remove(MemoryConsumer consumer) {
        consumers.remove(consumer);
    }

    void cut() {
        if (isConnected()) {
            lose();
            resume();
        }
    }

    void sever() {
        if (isConnected()) {
            lose();
        }
        severed = true;
        downFrom(broker.now());
    }

    void restore() {
        severed = false;
        resume();
    }

    void stall() {
        stalled = true;
        downFrom(broker.now());
        broker.schedule(broker.now());
    }

    void unstall() {
        stalled = false;
        resume();
    }

    /** The broker is about to die. */
    void brokerDies() {
        if (isConnected()) {
            lose();
        }
        down = false;
    }

    /** The broker lives again; who cannot reach it has the ack deadline from now on. */
    void brokerLives() {
        if (open && !severed && !stalled) {
            resume();
        } else {
            downFrom(broker.now());
        }
    }

    /** Ends the connection: sends without an outcome fail, members leave if the broker hears of it. */
    void close() {
        boolean heard = isFlowing();
        for (Request request : List.copyOf(up)) {
            if (request instanceof PendingSend send) {
                send.fail(new BusClosedException("the bus was closed before the memory broker acknowledged the event"));
            } else if (heard) {
                request.apply();
            }
        }
        up.clear();
        for (MemoryConsumer consumer : List.copyOf(consumers)) {
            consumer.detach();
            if (heard) {
                consumer.leave();
            }
        }
        open = false;
        connection.incrementAndGet();
        downFrom(broker.now());
    }

    /** Fails what waited too long, and expels the members if the broker has not heard of them for the ack deadline. */
    void fireTimers(long now) {
        if (isFlowing()) {
            return;
        }
        up.removeIf(request -> request instanceof PendingSend send && isExpired(send, now));
        if (down && broker.isAlive()) {
            long expires = downSince + broker.config().ackDeadline().toNanos();
            if (expires - now > 0) {
                broker.schedule(expires);
            } else {
                down = false;
                List.copyOf(consumers).forEach(MemoryConsumer::expel);
            }
        }
    }

    /** Ends the assignments whose owner had its time to let go. */
    void endGraces(long now) {
        for (MemoryConsumer consumer : List.copyOf(consumers)) {
            consumer.endGraces(now);
        }
    }

    private boolean isExpired(PendingSend send, long now) {
        if (send.deadlineNanos() - now > 0) {
            broker.schedule(send.deadlineNanos());
            return false;
        }
        send.fail(Reason.TIMEOUT, "no acknowledgement within the time given");
        return true;
    }

    private void downFrom(long now) {
        if (!down) {
            down = true;
            downSince = now;
        }
        broker.schedule(downSince + broker.config().ackDeadline().toNanos());
    }

    private void lose() {
        connection.incrementAndGet();
        lost = true;
        int arrives = stalled ? 0 : (up.size() + 1) / 2;
        List<PendingSend> kept = new ArrayList<>();
        for (Request request : up) {
            boolean arrived = arrives-- > 0;
            if (request instanceof PendingSend send) {
                if (arrived) {
                    send.store();
                }
                if (resends) {
                    kept.add(send);
                } else {
                    send.fail(Reason.DISCONNECTED, "the connection was lost before the acknowledgement came");
                }
            } else if (arrived) {
                request.apply();
            }
        }
        up.clear();
        up.addAll(kept);
        consumers.forEach(MemoryConsumer::losePipe);
    }

    private void resume() {
        if (!isFlowing()) {
            return;
        }
        down = false;
        boolean resynchronise = lost;
        lost = false;
        for (MemoryConsumer consumer : List.copyOf(consumers)) {
            consumer.resume(resynchronise);
        }
        broker.wake();
    }
}
