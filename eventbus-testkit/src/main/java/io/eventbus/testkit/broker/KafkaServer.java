package io.eventbus.testkit.broker;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A real Kafka broker (KRaft, one node) for a test, a demo or a benchmark: found or started without a set-up.
 *
 * <p>{@link #start()} takes the first way that works: a running broker ({@code brokers.kafka.bootstrap}), Kafka's own jars run in a
 * JVM process of their own (fetched once by the machine's Maven), and Docker if Testcontainers is on the class path and an engine
 * answers. If none works it throws {@link BrokerUnavailableException}, which lists them all.
 *
 * <p>Topics are not created by being used. The broker listens on loopback only. It ends with {@link #close()}, and at the latest
 * when this JVM is gone, even if that was killed.
 *
 * <p>Concurrency: every method is safe from any thread and blocks until what it names has happened.
 */
public final class KafkaServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final RunningBroker broker;
    private final String bootstrapServers;
    private final KafkaPorts ports;
    private final String version;

    KafkaServer(RunningBroker broker, String bootstrapServers, KafkaPorts ports, String version) {
        this.broker = broker;
        this.bootstrapServers = bootstrapServers;
        this.ports = ports;
        this.version = version;
    }

    /**
     * A broker without proxied listeners.
     *
     * @throws BrokerUnavailableException if there is no way to one
     */
    public static KafkaServer start() {
        return start(KafkaServerOptions.defaults());
    }

    /**
     * A broker as wished.
     *
     * @throws BrokerUnavailableException if there is no way to one
     */
    public static KafkaServer start(KafkaServerOptions options) {
        return KafkaWays.start(options);
    }

    /** Waits until the broker lists itself as a member of its cluster. */
    static void awaitReady(RunningBroker broker, KafkaPorts ports) {
        Readiness.await("Kafka", broker, PATIENCE, () -> KafkaProbe.brokers(KafkaPorts.LOOPBACK, ports.client()));
    }

    /** Where clients connect, {@code host:port}; the same after a restart. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * The port clients connect to without a proxy; the same after a restart.
     *
     * @throws UnsupportedOperationException if the broker is external
     */
    public int port() {
        return ports.client();
    }

    /**
     * The proxy in front of one extra listener. A client whose bootstrap is {@code 127.0.0.1:} and the proxy's port stays behind it:
     * the broker tells that client the proxy's address and no other, after a restart too. The proxy is the fixture's to close.
     *
     * @param index from 0 to one less than the number of listeners asked for with {@link KafkaServerOptions#withProxiedListeners(int)}
     * @throws IndexOutOfBoundsException if fewer listeners were asked for
     */
    public TcpProxy link(int index) {
        return ports.links().get(index);
    }

    /** The bootstrap for a client that stays behind {@link #link(int)}. */
    public String bootstrapServers(int index) {
        return KafkaPorts.LOOPBACK + ":" + link(index).port();
    }

    /** The version of Kafka, for instance {@code 4.4.0}; {@code external} if the broker is external, since brokers do not tell it. */
    public String version() {
        return version;
    }

    /**
     * The broker's process id; a new one after a restart.
     *
     * @throws UnsupportedOperationException if the broker is external
     */
    public long pid() {
        return broker.pid();
    }

    /** Whether the broker's process is there; a paused one is. */
    public boolean isAlive() {
        return broker.isAlive();
    }

    /**
     * Ends the broker at once (SIGKILL) and returns when it is gone. Its data stay.
     *
     * @throws UnsupportedOperationException if the broker is external
     */
    public void kill() {
        broker.kill();
    }

    /**
     * Asks the broker to end (SIGTERM) and returns when it has. Its data stay.
     *
     * @throws UnsupportedOperationException if the broker is external
     */
    public void stop() {
        broker.stop();
    }

    /**
     * Starts the broker again with the same ports, links and data, after {@link #stop()} if it is running, and returns when it
     * takes requests.
     *
     * @throws UnsupportedOperationException if the broker is external
     */
    public void restart() {
        broker.stop();
        broker.start();
        awaitReady(broker, ports);
    }

    /**
     * Freezes the broker (SIGSTOP): connections stay open and nothing answers.
     *
     * @throws UnsupportedOperationException if the broker is external
     */
    public void pause() {
        broker.pause();
    }

    /**
     * Ends a {@link #pause()}.
     *
     * @throws UnsupportedOperationException if the broker is external
     */
    public void unpause() {
        broker.unpause();
    }

    /**
     * Where the broker keeps its data.
     *
     * @throws UnsupportedOperationException if that is not a directory of this machine
     */
    public Path dataDir() {
        return broker.dataDir();
    }

    /** The last 64 KiB the broker logged; empty if it is external. */
    public String log() {
        return broker.log();
    }

    /** Ends the links and the broker and removes its data; an external broker is left alone. */
    @Override
    public void close() {
        ports.closeLinks();
        broker.close();
    }

    @Override
    public String toString() {
        return "Kafka " + version + " at " + bootstrapServers;
    }
}
