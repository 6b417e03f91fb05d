package io.eventbus.testkit.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A real NATS server with JetStream for a test, a demo or a benchmark: found or started without a set-up.
 *
 * <p>{@link #start()} takes the first way that works: a running server ({@code brokers.nats.url}), a program ({@code
 * brokers.nats.binary}), {@code nats-server} on the PATH, Docker if Testcontainers is on the class path and an engine answers,
 * and the package of the Debian or Ubuntu this machine runs, unpacked into a cache. If none works it throws {@link
 * BrokerUnavailableException}, which lists them all.
 *
 * <p>The server listens on loopback only. It ends with {@link #close()}, and at the latest when this JVM is gone, even if that was
 * killed.
 *
 * <p>Concurrency: every method is safe from any thread and blocks until what it names has happened.
 */
public final class NatsServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String RELOADED = "Reloaded server configuration";
    private static final String NOT_RELOADED = "Failed to reload server configuration";

    private final RunningBroker broker;
    private final NatsConfigFile config;
    private final String host;
    private final String url;
    private volatile String version;

    NatsServer(RunningBroker broker, NatsConfigFile config, String url, String version) {
        this.broker = broker;
        this.config = config;
        this.host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
        this.url = url;
        this.version = version;
    }

    /**
     * A server with JetStream and no authentication.
     *
     * @throws BrokerUnavailableException if there is no way to one
     */
    public static NatsServer start() {
        return start(NatsServerOptions.defaults());
    }

    /**
     * A server as wished.
     *
     * @throws BrokerUnavailableException if there is no way to one
     */
    public static NatsServer start(NatsServerOptions options) {
        return NatsWays.start(options);
    }

    /** Waits until a server answers and its JetStream is up, and tells what it said. */
    static NatsInfo awaitReady(RunningBroker broker, String host, int port) {
        return Readiness.await("nats-server", broker, PATIENCE, () -> {
            NatsInfo info = NatsInfo.ask(host, port);
            if (!info.jetStream()) {
                throw new IOException("JetStream is not ready");
            }
            return info;
        });
    }

    /** Where clients connect, for instance {@code nats://127.0.0.1:20123}; the same after a restart. */
    public String url() {
        return url;
    }

    /** The host clients connect to; a {@link TcpProxy} needs it. */
    public String host() {
        return host;
    }

    /** The port clients connect to; the same after a restart. */
    public int port() {
        return config.port();
    }

    /** The version the server gives in its greeting, for instance {@code 2.10.27}. */
    public String version() {
        return version;
    }

    /**
     * The server's process id; a new one after a restart.
     *
     * @throws UnsupportedOperationException if the server is external
     */
    public long pid() {
        return broker.pid();
    }

    /** Whether the server's process is there; a paused one is. */
    public boolean isAlive() {
        return broker.isAlive();
    }

    /**
     * Ends the server at once (SIGKILL) and returns when it is gone. Its data stay.
     *
     * @throws UnsupportedOperationException if the server is external
     */
    public void kill() {
        broker.kill();
    }

    /**
     * Asks the server to end (SIGTERM) and returns when it has. Its data stay.
     *
     * @throws UnsupportedOperationException if the server is external
     */
    public void stop() {
        broker.stop();
    }

    /**
     * Starts the server again with the same port and data, after {@link #stop()} if it is running, and returns when it answers
     * and JetStream has recovered its streams.
     *
     * @throws UnsupportedOperationException if the server is external
     */
    public void restart() {
        broker.stop();
        broker.start();
        version = awaitReady(broker, host, port()).version();
    }

    /**
     * Lets the running server read a changed configuration (SIGHUP), for instance with other users or another certificate, and
     * returns when it has taken it. The server itself cuts off the clients whose users are gone or changed.
     *
     * @param options what to run with from now on; its suite and store directory are left alone, and so are its files in a container
     * @throws UnsupportedOperationException if the server is external
     * @throws IllegalStateException if the server refuses the configuration, or does not answer in time
     */
    public void reload(NatsServerOptions options) {
        String before = broker.log();
        long done = before.lines().filter(line -> line.contains(RELOADED)).count();
        long refused =
                before.lines().filter(line -> line.contains(NOT_RELOADED)).count();
        broker.reload(NatsConfigFile.NAME, config.text(options.extraConfig()));
        Readiness.await("the reload of nats-server", broker, PATIENCE, () -> {
            String log = broker.log();
            if (log.lines().filter(line -> line.contains(NOT_RELOADED)).count() > refused) {
                throw new IllegalStateException("nats-server refuses the configuration:\n" + log);
            }
            if (log.lines().filter(line -> line.contains(RELOADED)).count() <= done) {
                throw new IOException("not reloaded yet");
            }
            return log;
        });
    }

    /**
     * Freezes the server (SIGSTOP): connections stay open and nothing answers.
     *
     * @throws UnsupportedOperationException if the server is external
     */
    public void pause() {
        broker.pause();
    }

    /**
     * Ends a {@link #pause()}.
     *
     * @throws UnsupportedOperationException if the server is external
     */
    public void unpause() {
        broker.unpause();
    }

    /**
     * Where JetStream keeps its data.
     *
     * @throws UnsupportedOperationException if that is not a directory of this machine
     */
    public Path dataDir() {
        return broker.dataDir();
    }

    /** The last 64 KiB the server logged; empty if the server is external. */
    public String log() {
        return broker.log();
    }

    /** Ends the server and removes its data, unless a store directory was given; an external server is left alone. */
    @Override
    public void close() {
        broker.close();
    }

    @Override
    public String toString() {
        return "NATS " + version + " at " + host + ":" + port();
    }
}
