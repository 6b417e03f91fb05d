package io.eventbus.nats;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.Health;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a transport, and what is known about its state. The client reconnects by itself, without an end; this class tells
 * the listeners when it was lost and when it is there again.
 *
 * <p>Concurrency: the client's events arrive on the timer, one after the other. {@code connected} becomes false before the listeners hear of
 * a loss and true before they hear of the return, so that what was sent in between is known to be lost or parked.
 */
final class NatsConnection implements ConnectionListener, ErrorListener, QuietPublisher {

    /** What wants to know about losses and errors. Called on the timer; never waits. */
    interface Listener {
        default void connectionLost() {}

        default void connectionRestored() {}

        /** The connection is closed for good: by us, or after repeated refusals of the credentials. */
        default void connectionClosed(String why) {}

        /** The server refused a publish to the subject. */
        default void publishDenied(String subject, String error) {}

        /** The server refused to let us subscribe to our inboxes, so no answer will come; {@code why} says what to allow. */
        default void inboxDenied(String why) {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(NatsConnection.class);
    private static final long DOWN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String PUBLISH_DENIED = "permissions violation for publish to ";
    private static final String SUBSCRIBE_DENIED = "permissions violation for subscription to ";

    private final NatsConfig config;
    private final NatsThreads threads;
    private final String shownServers;
    private final ConnectionTrouble trouble;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Connection connection;
    private volatile boolean connected;
    private volatile boolean closing;
    private volatile long lostAt;
    private volatile @Nullable String closedWhy;
    private volatile @Nullable String subscribeDenied;
    private final Denials denials = new Denials();
    private volatile @Nullable Silence silence;

    NatsConnection(NatsConfig config, NatsThreads threads) {
        this.config = config;
        this.threads = threads;
        this.shownServers = NatsSettings.shownServers(config);
        this.trouble = new ConnectionTrouble(shownServers);
    }

    void addListener(Listener listener) {
        listeners.add(listener);
    }

    void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * Connects to one of the servers; tries each once.
     *
     * @throws ConnectionException if none can be reached or the credentials are refused
     */
    void connect() {
        try {
            Connection made = Nats.connect(options());
            connection = made;
            connected = true;
            LOG.info("connected to NATS {} at {}", made.getServerInfo().getVersion(), shown(made.getConnectedUrl()));
            if (!online()) {
                lost();
            }
        } catch (AuthenticationException e) {
            throw trouble.refused(e);
        } catch (IOException e) {
            awaitEvents();
            throw trouble.startFailure(e);
        } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
            throw new ConfigurationException("the connection to NATS at " + shownServers + " cannot be set up: "
                    + e.getMessage() + "; check eventbus.nats.tls, .trust-store, .key-store and the credentials");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw trouble.unreachable(e);
        }
    }

    /** The client's connection. */
    Connection client() {
        Connection made = connection;
        if (made == null) {
            throw new IllegalStateException("the NATS transport is not started");
        }
        return made;
    }

    @Override
    public boolean connected() {
        return connected;
    }

    /** Whether the client is connected right now, which the events tell a little later. */
    boolean online() {
        Connection made = connection;
        return connected && made != null && made.getStatus() == Connection.Status.CONNECTED;
    }

    String shownServers() {
        return shownServers;
    }

    /** Why the connection is closed for good though nobody closed it, which is that the credentials were refused; null if it is not. */
    @Nullable
    String refusedForGood() {
        return closing ? null : closedWhy;
    }

    /** Why no answer can come on this connection; null as long as nothing is known against it. */
    @Nullable
    String inboxDenied() {
        return subscribeDenied;
    }

    /** A subject of JetStream's own about a stream that we were refused to publish to since then; null if none was. */
    @Nullable
    String deniedSince(long nanos, String stream) {
        return denials.since(nanos, stream);
    }

    long maxMessageBytes() {
        return client().getMaxPayload();
    }

    String serverVersion() {
        return client().getServerInfo().getVersion();
    }

    /** A dispatcher that drops nothing: what it may hold is bounded by what we ask for. */
    Dispatcher dispatcher(MessageHandler handler) {
        Dispatcher dispatcher = client().createDispatcher(handler);
        dispatcher.setPendingLimits(-1, -1);
        return dispatcher;
    }

    /** Publishes something whose loss does no harm, such as an acknowledgement. Never waits, never throws. */
    @Override
    public void publishQuietly(String subject, byte[] body) {
        publishQuietly(subject, null, body);
    }

    /** Publishes something whose loss does no harm, such as a request that is repeated. Never waits, never throws. */
    void publishQuietly(String subject, @Nullable String replyTo, byte[] body) {
        Connection made = connection;
        if (made == null) {
            return;
        }
        try {
            made.publish(subject, replyTo, body);
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.debug("not sent to {}", subject, e);
        }
    }

    /** Asks something and waits for whatever answer, for so long at the most; false if there is none. */
    boolean askQuietly(String subject, byte[] body, Duration timeout) {
        Connection made = connection;
        if (made == null || !connected || timeout.isNegative() || timeout.isZero()) {
            return false;
        }
        try {
            return made.request(subject, body, timeout) != null;
        } catch (IllegalStateException e) {
            LOG.debug("not asked of {}", subject, e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until the server has everything that was published before; false if it took too long or the connection is gone. */
    boolean flush(Duration timeout) {
        Connection made = connection;
        if (made == null || !connected || timeout.isNegative() || timeout.isZero()) {
            return false;
        }
        long heard = made.getStatistics().getInMsgs();
        try {
            made.flush(timeout);
            silence = null;
            return true;
        } catch (TimeoutException | IllegalStateException e) {
            silence = new Silence(heard, System.nanoTime());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** As {@link #flush}, but does not wait if the server was silent in the last one and nothing came since: it would be in vain again. */
    boolean flushUnlessSilent(Duration timeout) {
        Silence known = silence;
        Connection made = connection;
        boolean goesOn = known != null
                && made != null
                && made.getStatistics().getInMsgs() == known.received
                && System.nanoTime() - known.since < config.pingInterval().toNanos();
        return !goesOn && flush(timeout);
    }

    /** A flush that was not answered, after so many messages. */
    private record Silence(long received, long since) {}

    Health.Component health() {
        String name = "connection";
        String why = closedWhy;
        if (connection == null || why != null) {
            return new Health.Component(name, Health.Status.DOWN, why == null ? "not started" : why);
        }
        String denied = subscribeDenied;
        if (denied != null) {
            return new Health.Component(name, Health.Status.DOWN, denied);
        }
        if (connected) {
            return new Health.Component(name, Health.Status.UP, "");
        }
        long away = System.nanoTime() - lostAt;
        Health.Status status = away > DOWN_AFTER_NANOS ? Health.Status.DOWN : Health.Status.DEGRADED;
        String error = trouble.lastError();
        return new Health.Component(
                name,
                status,
                "connection to NATS at " + shownServers + " lost " + TimeUnit.NANOSECONDS.toSeconds(away)
                        + " s ago, reconnecting" + (error == null ? "" : "; last error: " + error));
    }

    /** Closes the connection; what was published is flushed first as far as the time allows. */
    void close(Duration timeout) {
        closing = true;
        Connection made = connection;
        if (made == null) {
            return;
        }
        flush(timeout);
        try {
            made.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connected = false;
        closedWhy = "closed";
    }

    @Override
    @Deprecated
    public void connectionEvent(Connection source, Events type) {
        event(type);
    }

    @Override
    public void connectionEvent(Connection source, Events type, Long time, String uriDetails) {
        event(type);
    }

    @Override
    public void errorOccurred(Connection source, String error) {
        trouble.said(error);
        String lower = error.toLowerCase(java.util.Locale.ROOT);
        boolean news = true;
        if (lower.startsWith(PUBLISH_DENIED)) {
            String subject = quoted(error.substring(PUBLISH_DENIED.length()));
            news = denials.add(subject);
            listeners.forEach(listener -> listener.publishDenied(subject, error));
        } else if (lower.startsWith(SUBSCRIBE_DENIED)) {
            String why =
                    "the credentials do not allow to subscribe to " + quoted(error.substring(SUBSCRIBE_DENIED.length()))
                            + "; allow " + config.inboxPrefix() + "> (see docs/nats.md, permissions)";
            subscribeDenied = why;
            listeners.forEach(listener -> listener.inboxDenied(why));
        }
        if (closing || !news) {
            LOG.debug("NATS at {} says: {}", shownServers, error);
        } else {
            LOG.warn("NATS at {} says: {}", shownServers, error);
        }
    }

    @Override
    public void exceptionOccurred(Connection source, Exception error) {
        trouble.met(error);
        LOG.debug("the NATS client reports", error);
    }

    @Override
    public void slowConsumerDetected(Connection source, Consumer consumer) {
        LOG.error("the NATS client dropped messages although no limit is set; they will be delivered again");
    }

    @Override
    public void messageDiscarded(Connection source, Message message) {
        LOG.error("the NATS client discarded a message for {}", message.getSubject());
    }

    private void event(Events type) {
        switch (type) {
            case DISCONNECTED -> lost();
            case RESUBSCRIBED -> restored();
            case CLOSED -> closed();
            default -> LOG.debug("NATS connection: {}", type);
        }
    }

    private void lost() {
        // The subscriptions are made again with the connection, and refused again if they still are not allowed.
        subscribeDenied = null;
        if (!connected || closing) {
            return;
        }
        lostAt = System.nanoTime();
        connected = false;
        LOG.warn("connection to NATS at {} lost, reconnecting", shownServers);
        listeners.forEach(Listener::connectionLost);
    }

    private void restored() {
        if (closing) {
            return;
        }
        silence = null;
        connected = true;
        if (!online()) {
            lost();
            return;
        }
        LOG.info("connection to NATS at {} restored", shownServers);
        listeners.forEach(Listener::connectionRestored);
    }

    private void closed() {
        connected = false;
        if (closing || connection == null) {
            return;
        }
        String why = trouble.closedForGood();
        closedWhy = why;
        LOG.error(why);
        listeners.forEach(listener -> listener.connectionClosed(why));
    }

    private Options options() throws GeneralSecurityException {
        Options.Builder options = new Options.Builder()
                .servers(config.servers().toArray(new String[0]))
                .connectionName(config.connectionName())
                .inboxPrefix(config.inboxPrefix())
                .connectionTimeout(config.connectTimeout())
                .maxReconnects(-1)
                .reconnectWait(config.reconnectWait())
                .reconnectJitter(config.reconnectJitter())
                .reconnectJitterTls(config.reconnectJitter())
                .reconnectBufferSize(-1)
                .pingInterval(config.pingInterval())
                .maxMessagesInOutgoingQueue(Integer.MAX_VALUE)
                .noEcho()
                .executor(threads.client())
                .connectExecutor(threads.client())
                .callbackExecutor(threads.timer())
                .scheduledExecutor(threads.timer())
                .connectionListener(this)
                .errorListener(this);
        config.credentials().apply(options);
        config.tls().apply(options, trouble::certificateAsked);
        return options.build();
    }

    /** Lets the events that the client has queued so far arrive. */
    private void awaitEvents() {
        CountDownLatch passed = new CountDownLatch(1);
        threads.later(Duration.ZERO, passed::countDown);
        try {
            if (!passed.await(1, TimeUnit.SECONDS)) {
                LOG.debug("events of the failed connect are late");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String shown(@Nullable String url) {
        return url == null ? "?" : ServerUrls.masked(url);
    }

    private static String quoted(String text) {
        int first = text.indexOf('"');
        int second = text.indexOf('"', first + 1);
        return first >= 0 && second > first ? text.substring(first + 1, second) : text.trim();
    }
}
