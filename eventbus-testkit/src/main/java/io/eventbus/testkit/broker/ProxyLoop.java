package io.eventbus.testkit.broker;

import io.eventbus.testkit.broker.TcpProxy.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one proxy and all that it owns.
 *
 * <p>Concurrency: the connections and the faults belong to the thread. Others put commands into a queue, wake the selector and wait
 * for a latch, which orders the command's effects before their return. After the thread has ended commands are refused.
 */
final class ProxyLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);
    private static final int SHARED_BUFFER = 256 * 1024;
    private static final int BACKLOG = 1024;
    private static final long PATIENCE_SECONDS = 20;

    private record Command(Runnable action, CountDownLatch done) {}

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final InetSocketAddress target;
    private final int port;
    private final Thread thread;
    private final ProxyCounters counters = new ProxyCounters();
    private final ProxyFaults faults = new ProxyFaults();
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    private final Set<ProxyConnection> connections = new LinkedHashSet<>();
    private final ByteBuffer shared = ByteBuffer.allocateDirect(SHARED_BUFFER);
    private volatile boolean closing;

    private ProxyLoop(Selector selector, ServerSocketChannel listener, int port, InetSocketAddress target) {
        this.selector = selector;
        this.listener = listener;
        this.port = port;
        this.target = target;
        this.thread = new Thread(this, "tcp-proxy-" + port);
        this.thread.setDaemon(true);
    }

    /** A loop that serves that loopback port. */
    static ProxyLoop listening(int port, InetSocketAddress target) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(Addresses.loopback(port), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
        ProxyLoop loop = new ProxyLoop(selector, listener, port, target);
        loop.thread.start();
        return loop;
    }

    int port() {
        return port;
    }

    InetSocketAddress target() {
        return target;
    }

    long accepted() {
        return counters.connections();
    }

    int live() {
        return counters.liveConnections();
    }

    long bytes(Direction direction) {
        return counters.bytes(direction);
    }

    /** Has the thread do something and waits until it is done. */
    void command(Runnable action) {
        Command command = new Command(action, new CountDownLatch(1));
        commands.add(command);
        selector.wakeup();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!command.done().await(50, TimeUnit.MILLISECONDS)) {
                if (!thread.isAlive()) {
                    throw new IllegalStateException("The proxy at port " + port + " is closed");
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("The proxy at port " + port + " does not respond");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while commanding the proxy at port " + port, e);
        }
    }

    void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void resetAll() {
        for (ProxyConnection connection : connections) {
            connection.reset();
        }
        connections.clear();
        flush();
    }

    void sever(boolean yes) {
        faults.severed(yes);
        if (yes) {
            resetAll();
        }
    }

    void flow(Direction direction, ProxyFlow flow) {
        faults.flow(direction, flow);
        if (flow == ProxyFlow.DROPPED) {
            connections.forEach(connection -> connection.drop(direction));
        }
    }

    void flowAgain() {
        faults.flowAgain();
        for (ProxyConnection connection : List.copyOf(connections)) {
            if (connection.isLossy()) {
                connection.reset();
                connections.remove(connection);
            }
        }
        flush();
    }

    void latency(long delay, long jitter) {
        faults.latency(delay, jitter);
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                obey();
                select(arm());
                turn();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The proxy at port {} ends", port, e);
        } finally {
            end();
        }
    }

    private void obey() {
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            command.action().run();
            counters.live(connections.size());
            command.done().countDown();
        }
    }

    /** Returns the nanoseconds until a connection needs a turn; {@link Long#MAX_VALUE} if none does. */
    private long arm() {
        long now = System.nanoTime();
        long soonest = Long.MAX_VALUE;
        for (ProxyConnection connection : connections) {
            soonest = Math.min(soonest, connection.arm(faults, now));
        }
        return soonest;
    }

    private void select(long nanos) throws IOException {
        if (nanos == Long.MAX_VALUE) {
            selector.select();
        } else {
            selector.select(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        }
    }

    private void turn() {
        Set<SelectionKey> ready = selector.selectedKeys();
        boolean knocked = ready.contains(listener.keyFor(selector));
        ready.clear();
        for (ProxyConnection connection : new ArrayList<>(connections)) {
            turn(connection);
        }
        if (knocked) {
            accept();
        }
        counters.live(connections.size());
    }

    private void turn(ProxyConnection connection) {
        try {
            connection.turn(faults, shared, counters);
            if (connection.hasEnded()) {
                connection.close();
                connections.remove(connection);
            }
        } catch (IOException | CancelledKeyException e) {
            LOG.debug("A connection through port {} ends: {}", port, e.toString());
            connection.reset();
            connections.remove(connection);
        }
    }

    private void accept() {
        try {
            for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
                counters.accepted();
                if (faults.isSevered()) {
                    ProxyConnection.reset(client);
                } else {
                    connections.add(new ProxyConnection(client, target, selector));
                }
            }
        } catch (IOException e) {
            LOG.debug("A connection to port {} fails: {}", port, e.toString());
        }
    }

    /** A closed channel leaves the network only when its selector lets go of it. */
    private void flush() {
        try {
            selector.selectNow();
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() {
        try {
            resetAll();
            listener.close();
            selector.close();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The proxy at port {} leaves something open", port, e);
        } finally {
            counters.live(0);
        }
    }
}
