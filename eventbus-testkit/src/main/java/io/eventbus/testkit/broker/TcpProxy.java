package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A relay on a loopback port that spoils the network on demand: it carries bytes to a server and back, and can cut, refuse, stall,
 * delay or swallow them.
 *
 * <p>The port stays bound until {@link #close()}, whatever is done to the connections, so that nobody else can take it. A fault lasts
 * until it is taken back; {@link #restore()} ends {@link #sever()}, {@link #unstall()} ends {@link #stall()} and {@link #swallow()}.
 * A server that is not there looks to clients like a connection that is reset as soon as it is made.
 *
 * <p>Concurrency: safe from any thread. One daemon thread per proxy owns every connection; each method hands it a command and
 * returns when the command is done, so what was asked for holds when the call returns.
 */
public final class TcpProxy implements AutoCloseable {

    /** A way through the proxy. */
    public enum Direction {
        /** What clients send. */
        TO_SERVER,
        /** What the server answers. */
        TO_CLIENT
    }

    private static final int BIND_ATTEMPTS = 20;

    private final ProxyLoop loop;

    private TcpProxy(ProxyLoop loop) {
        this.loop = loop;
    }

    /**
     * A proxy in front of a server, which need not be there yet.
     *
     * @throws UncheckedIOException if no port can be bound
     */
    public static TcpProxy to(String host, int port) {
        InetSocketAddress target = Addresses.of(host, port);
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return new TcpProxy(ProxyLoop.listening(FreePorts.next(), target));
                } catch (BindException taken) {
                    if (attempt == BIND_ATTEMPTS) {
                        throw taken;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a proxy to " + host + ":" + port, e);
        }
    }

    /** The port on 127.0.0.1 that clients connect to instead of the server's. */
    public int port() {
        return loop.port();
    }

    /** Resets (RST) every connection there is, once. Bytes inside the proxy are lost. New connections are served. */
    public void cut() {
        loop.command(loop::resetAll);
    }

    /** Resets every connection and, until {@link #restore()}, each new one as soon as it is made. */
    public void sever() {
        loop.command(() -> loop.sever(true));
    }

    /** Ends {@link #sever()}: new connections are served again. */
    public void restore() {
        loop.command(() -> loop.sever(false));
    }

    /**
     * Passes nothing in either direction until {@link #unstall()}: connections stay, new ones are accepted, bytes wait and senders
     * get stuck when the buffers between are full. Nothing is lost.
     */
    public void stall() {
        stall(Direction.TO_SERVER);
        stall(Direction.TO_CLIENT);
    }

    /** As {@link #stall()}, in one direction. */
    public void stall(Direction direction) {
        loop.command(() -> loop.flow(direction, ProxyFlow.HELD));
    }

    /**
     * Takes the bytes of both directions and drops them until {@link #unstall()}, like a route that leads nowhere: senders see
     * nothing wrong.
     */
    public void swallow() {
        swallow(Direction.TO_SERVER);
        swallow(Direction.TO_CLIENT);
    }

    /** As {@link #swallow()}, in one direction. */
    public void swallow(Direction direction) {
        loop.command(() -> loop.flow(direction, ProxyFlow.DROPPED));
    }

    /**
     * Lets bytes pass again in both directions. A connection that lost bytes is reset, since TCP never delivers what follows a
     * hole.
     */
    public void unstall() {
        loop.command(loop::flowAgain);
    }

    /** Delays every byte in each direction by that much from now on; zero ends it. What is under way keeps its time. */
    public void latency(Duration delay) {
        latency(delay, Duration.ZERO);
    }

    /**
     * As {@link #latency(Duration)}, and up to {@code jitter} more by chance. Bytes never overtake each other.
     *
     * @throws IllegalArgumentException if either is negative
     */
    public void latency(Duration delay, Duration jitter) {
        if (delay.isNegative() || jitter.isNegative()) {
            throw new IllegalArgumentException("Negative latency: " + delay + " + " + jitter);
        }
        loop.command(() -> loop.latency(delay.toNanos(), jitter.toNanos()));
    }

    /** How many connections were accepted so far, refused ones included. */
    public long connections() {
        return loop.accepted();
    }

    /** How many connections are open now. */
    public int liveConnections() {
        return loop.live();
    }

    /** How many bytes were handed on in that direction so far. */
    public long bytes(Direction direction) {
        return loop.bytes(direction);
    }

    /** Resets every connection, frees the port and ends the thread; repeated calls do nothing. */
    @Override
    public void close() {
        loop.close();
    }

    @Override
    public String toString() {
        return "TCP proxy 127.0.0.1:" + port() + " to " + loop.target();
    }
}
