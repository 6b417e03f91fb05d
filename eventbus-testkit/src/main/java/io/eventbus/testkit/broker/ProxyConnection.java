package io.eventbus.testkit.broker;

import io.eventbus.testkit.broker.TcpProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One client's connection through the proxy: its socket, the one to the server, and a pipe each way.
 *
 * <p>Concurrency: confined to the proxy's thread.
 */
final class ProxyConnection {

    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;
    private final ProxyPipe toServer;
    private final ProxyPipe toClient;
    private boolean connected;

    ProxyConnection(SocketChannel client, InetSocketAddress target, Selector selector) throws IOException {
        this.client = client;
        this.server = SocketChannel.open();
        this.toServer = new ProxyPipe(client, server);
        this.toClient = new ProxyPipe(server, client);
        try {
            for (SocketChannel channel : new SocketChannel[] {client, server}) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            this.connected = server.connect(target);
            this.clientKey = client.register(selector, 0, this);
            this.serverKey = server.register(selector, connected ? 0 : SelectionKey.OP_CONNECT, this);
        } catch (IOException e) {
            reset();
            throw e;
        }
    }

    /** Tells the selector what this connection waits for; returns the nanoseconds until it needs a turn without being asked. */
    long arm(ProxyFaults faults, long now) {
        if (!connected) {
            return Long.MAX_VALUE;
        }
        ProxyFlow up = faults.flow(Direction.TO_SERVER);
        ProxyFlow down = faults.flow(Direction.TO_CLIENT);
        clientKey.interestOps(interest(toServer, up, toClient, down, faults.isDelayed(), now));
        serverKey.interestOps(interest(toClient, down, toServer, up, faults.isDelayed(), now));
        return Math.min(waitingForTime(toServer, up, now), waitingForTime(toClient, down, now));
    }

    /** Does what the selector found possible. */
    void turn(ProxyFaults faults, ByteBuffer shared, ProxyCounters counters) throws IOException {
        if (!connected) {
            if (!serverKey.isConnectable()) {
                return;
            }
            connected = server.finishConnect();
        }
        move(toServer, Direction.TO_SERVER, clientKey.isReadable(), faults, shared, counters);
        move(toClient, Direction.TO_CLIENT, serverKey.isReadable(), faults, shared, counters);
    }

    /** Whether both directions have come to their end in good order. */
    boolean hasEnded() {
        return toServer.hasEnded() && toClient.hasEnded();
    }

    boolean isLossy() {
        return toServer.isLossy() || toClient.isLossy();
    }

    void drop(Direction direction) {
        (direction == Direction.TO_SERVER ? toServer : toClient).drop();
    }

    /** Ends both sockets with RST. */
    void reset() {
        reset(client);
        reset(server);
    }

    /** Ends both sockets in good order. */
    void close() {
        closeQuietly(client);
        closeQuietly(server);
    }

    /** Ends a socket with RST: no linger means that nothing more is sent and nothing more is read. */
    static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // already closed or reset by its peer: closing is what is left to do
        } finally {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    private static int interest(
            ProxyPipe in, ProxyFlow inFlow, ProxyPipe out, ProxyFlow outFlow, boolean delayed, long now) {
        int ops = in.wantsInput(inFlow, delayed) ? SelectionKey.OP_READ : 0;
        return out.wantsOutput(outFlow, now) ? ops | SelectionKey.OP_WRITE : ops;
    }

    /** What is due already waits for the socket, not for time. */
    private static long waitingForTime(ProxyPipe pipe, ProxyFlow flow, long now) {
        long nanos = pipe.untilDue(flow, now);
        return nanos == 0 ? Long.MAX_VALUE : nanos;
    }

    private static void move(
            ProxyPipe pipe,
            Direction direction,
            boolean readable,
            ProxyFaults faults,
            ByteBuffer shared,
            ProxyCounters counters)
            throws IOException {
        ProxyFlow flow = faults.flow(direction);
        long passed =
                readable ? pipe.readAndPass(shared, flow, faults.nextDelay()) : pipe.pass(flow, System.nanoTime());
        counters.passed(direction, passed);
    }
}
