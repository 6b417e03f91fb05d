package io.eventbus.testkit.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One direction of a proxied connection: reads from one socket, holds what must wait, writes to the other.
 *
 * <p>Concurrency: confined to the proxy's thread.
 */
final class ProxyPipe {

    /** Enough for 200 MB/s at a delay of 80 ms; a longer delay slows a fast sender down, as a narrow line would. */
    private static final int DELAY_BUFFER = 16 << 20;

    private static final int BUFFER = 1 << 20;
    private static final int READS_PER_TURN = 4;

    /** Bytes that wait; they may leave at {@code due} (nano time). */
    private record Chunk(ByteBuffer bytes, long due) {}

    private final SocketChannel from;
    private final SocketChannel to;
    private final Queue<Chunk> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private long lastDue = System.nanoTime();
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean lossy;

    ProxyPipe(SocketChannel from, SocketChannel to) {
        this.from = from;
        this.to = to;
    }

    /** Whether there is a reason to ask the selector for input. */
    boolean wantsInput(ProxyFlow flow, boolean delayed) {
        return !inputEnded && flow != ProxyFlow.HELD && waitingBytes < (delayed ? DELAY_BUFFER : BUFFER);
    }

    /** Whether there is something that could leave now if the socket takes it. */
    boolean wantsOutput(ProxyFlow flow, long now) {
        Chunk first = waiting.peek();
        return flow == ProxyFlow.PASSING && first != null && first.due() - now <= 0;
    }

    /** Nanoseconds until something may leave; {@link Long#MAX_VALUE} if nothing waits for its time. */
    long untilDue(ProxyFlow flow, long now) {
        Chunk first = waiting.peek();
        return flow != ProxyFlow.PASSING || first == null ? Long.MAX_VALUE : Math.max(0, first.due() - now);
    }

    boolean hasEnded() {
        return outputEnded;
    }

    /** Whether bytes were swallowed, so that what follows must not be delivered. */
    boolean isLossy() {
        return lossy;
    }

    /** Forgets what waits. */
    void drop() {
        lossy |= !waiting.isEmpty();
        waiting.clear();
        waitingBytes = 0;
    }

    /** Reads what is there and passes on what may go; returns how many bytes were handed on. */
    long readAndPass(ByteBuffer shared, ProxyFlow flow, long delay) throws IOException {
        long passed = 0;
        for (int turn = 0; turn < READS_PER_TURN && wantsInput(flow, delay > 0); turn++) {
            shared.clear();
            int count = from.read(shared);
            if (count <= 0) {
                inputEnded = count < 0;
                break;
            }
            shared.flip();
            if (flow == ProxyFlow.DROPPED) {
                lossy = true;
                continue;
            }
            if (waiting.isEmpty() && delay == 0) {
                passed += to.write(shared);
            }
            if (shared.hasRemaining()) {
                keep(shared, delay);
            }
        }
        return passed + pass(flow, System.nanoTime());
    }

    /** Writes what is due; returns how many bytes were handed on. */
    long pass(ProxyFlow flow, long now) throws IOException {
        long passed = 0;
        while (wantsOutput(flow, now)) {
            ByteBuffer bytes = waiting.element().bytes();
            int count = to.write(bytes);
            waitingBytes -= count;
            passed += count;
            if (bytes.hasRemaining()) {
                return passed;
            }
            waiting.remove();
        }
        if (inputEnded && waiting.isEmpty() && !outputEnded && flow == ProxyFlow.PASSING) {
            outputEnded = true;
            to.shutdownOutput();
        }
        return passed;
    }

    private void keep(ByteBuffer bytes, long delay) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        long due = System.nanoTime() + delay;
        lastDue = due - lastDue > 0 ? due : lastDue;
        waiting.add(new Chunk(copy, lastDue));
        waitingBytes += copy.remaining();
    }
}
