package io.eventbus.nats;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Secret;
import io.eventbus.api.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link NatsTransport}: connection, credentials, topology, publishing and consuming. Immutable; every setting has a
 * default and is described in {@code docs/nats.md} under the key that {@link #from} reads.
 */
public final class NatsConfig {

    /** The prefix of all keys that {@link #from} reads. */
    public static final String PREFIX = "eventbus.nats.";

    private final ServerUrls urls;
    private final String connectionName;
    private final Duration connectTimeout;
    private final Duration requestTimeout;
    private final Duration reconnectWait;
    private final Duration reconnectJitter;
    private final Duration pingInterval;
    private final String inboxPrefix;
    private final NatsCredentials credentials;
    private final NatsTls tls;
    private final Topology topology;
    private final @Nullable String stream;
    private final StreamLimits streamLimits;
    private final Duration ackTimeout;
    private final int maxOutstanding;
    private final Duration ackWait;
    private final int maxAckPending;
    private final int maxWaiting;

    private NatsConfig(Builder builder) {
        this.urls = ServerUrls.of(builder.servers);
        this.connectionName = builder.connectionName;
        this.connectTimeout = builder.connectTimeout;
        this.requestTimeout = builder.requestTimeout;
        this.reconnectWait = builder.reconnectWait;
        this.reconnectJitter = builder.reconnectJitter;
        this.pingInterval = builder.pingInterval;
        this.inboxPrefix = builder.inboxPrefix;
        this.credentials = builder.credentials(urls);
        this.tls = builder.tls(urls);
        this.topology = builder.topology;
        this.stream = builder.stream;
        this.streamLimits = builder.streamLimits();
        this.ackTimeout = builder.ackTimeout;
        this.maxOutstanding = builder.maxOutstanding;
        this.ackWait = builder.ackWait;
        this.maxAckPending = builder.maxAckPending;
        this.maxWaiting = builder.maxWaiting;
    }

    /** A builder with the defaults: one server on this machine's standard port, no credentials. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The configuration of properties and environment variables; the environment wins.
     *
     * @param properties keys that start with {@value #PREFIX}; others are left alone
     * @param environment variables that start with {@code EVENTBUS_NATS_}
     * @throws ConfigurationException if a key is unknown, a value malformed or settings contradict each other; it lists them all
     */
    public static NatsConfig from(Map<String, String> properties, Map<String, String> environment) {
        return NatsSettings.read(Settings.of(PREFIX, properties, environment));
    }

    /** What is done about streams and consumers that are missing or different. */
    public enum Topology {
        /** Missing ones are made, subjects are added, settings are raised where that is safe; nothing is removed or lowered. */
        CREATE,
        /** Nothing is changed; what is missing or does not keep the promises fails, listing every difference. */
        VALIDATE,
        /** Nothing is changed and streams are not looked at; durable consumers must exist. */
        NEVER
    }

    /** Where the server keeps a stream. */
    public enum Storage {
        /** On disk. */
        FILE,
        /** In memory: lost when the server stops. */
        MEMORY
    }

    /** What happens when a stream reaches a limit. */
    public enum Discard {
        /** The oldest messages are dropped, whether handled or not; health warns before a consumer loses any. */
        OLD,
        /** New messages are refused until there is room: publishes fail, nothing stored is dropped. */
        NEW
    }

    /** Where the servers are; without user names and passwords. */
    List<String> servers() {
        return urls.addresses();
    }

    ServerUrls urls() {
        return urls;
    }

    String connectionName() {
        return connectionName;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    Duration reconnectWait() {
        return reconnectWait;
    }

    Duration reconnectJitter() {
        return reconnectJitter;
    }

    Duration pingInterval() {
        return pingInterval;
    }

    String inboxPrefix() {
        return inboxPrefix;
    }

    NatsCredentials credentials() {
        return credentials;
    }

    NatsTls tls() {
        return tls;
    }

    Topology topology() {
        return topology;
    }

    @Nullable
    String stream() {
        return stream;
    }

    StreamLimits streamLimits() {
        return streamLimits;
    }

    Duration ackTimeout() {
        return ackTimeout;
    }

    int maxOutstanding() {
        return maxOutstanding;
    }

    Duration ackWait() {
        return ackWait;
    }

    int maxAckPending() {
        return maxAckPending;
    }

    int maxWaiting() {
        return maxWaiting;
    }

    /** All effective settings, one {@code key = value} per line in a fixed order; secrets are masked. */
    public String describe() {
        return NatsSettings.describe(this);
    }

    /** The effective settings in one line; secrets are masked. */
    @Override
    public String toString() {
        return "NatsConfig[" + describe().strip().replace("\n", ", ") + "]";
    }

    /** A collector of settings. Not safe for use by several threads at once. */
    public static final class Builder {

        private List<String> servers = List.of("nats://localhost:4222");
        private String connectionName = "eventbus";
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration requestTimeout = Duration.ofSeconds(5);
        private Duration reconnectWait = Duration.ofMillis(250);
        private Duration reconnectJitter = Duration.ofMillis(250);
        private Duration pingInterval = Duration.ofSeconds(10);
        private String inboxPrefix = "_INBOX.";
        private @Nullable String user;
        private @Nullable Secret password;
        private @Nullable Secret token;
        private @Nullable Secret nkeySeed;
        private @Nullable String credentialsFile;
        private boolean tls;
        private boolean tlsFirst;
        private boolean tlsVerifyHost = true;
        private @Nullable String trustStore;
        private @Nullable Secret trustStorePassword;
        private @Nullable String keyStore;
        private @Nullable Secret keyStorePassword;
        private @Nullable SSLContext sslContext;
        private Topology topology = Topology.CREATE;
        private @Nullable String stream;
        private Storage storage = Storage.FILE;
        private Discard discard = Discard.OLD;
        private int replicas = 1;
        private long maxBytes = 1L << 30;
        private long maxMessages = 1_000_000;
        private Duration maxAge = Duration.ZERO;
        private Duration duplicateWindow = Duration.ofMinutes(2);
        private Duration ackTimeout = Duration.ofSeconds(5);
        private int maxOutstanding = 32_768;
        private Duration ackWait = Duration.ofSeconds(30);
        private int maxAckPending = 10_000;
        private int maxWaiting = 1_000;

        private Builder() {}

        /**
         * The servers to connect to, for example {@code nats://a:4222}; all are tried. Default {@code nats://localhost:4222}. A user
         * name and password, or a token, before an {@code @} count as if given by {@link #user} or {@link #token}.
         */
        public Builder servers(String... urls) {
            return servers(List.of(urls));
        }

        /** See {@link #servers(String...)}. */
        public Builder servers(List<String> urls) {
            this.servers = List.copyOf(urls);
            return this;
        }

        /** The name under which the server lists the connection; default {@code eventbus}. */
        public Builder connectionName(String value) {
            this.connectionName = value;
            return this;
        }

        /** How long one attempt to connect to one server may take; default 5 s. */
        public Builder connectTimeout(Duration value) {
            this.connectTimeout = value;
            return this;
        }

        /** How long one administrative request may take; default 5 s. */
        public Builder requestTimeout(Duration value) {
            this.requestTimeout = value;
            return this;
        }

        /** How long to wait between rounds of reconnecting; default 250 ms. Reconnecting never ends by itself. */
        public Builder reconnectWait(Duration value) {
            this.reconnectWait = value;
            return this;
        }

        /** The random part that is added to {@link #reconnectWait}; default up to 250 ms. */
        public Builder reconnectJitter(Duration value) {
            this.reconnectJitter = value;
            return this;
        }

        /** How often the connection is probed; default 10 s. A dead one is noticed after the third unanswered probe at the latest. */
        public Builder pingInterval(Duration value) {
            this.pingInterval = value;
            return this;
        }

        /**
         * What the subjects start with on which answers arrive; default {@code _INBOX.}. A prefix of its own lets the server's permissions keep
         * others from reading them.
         */
        public Builder inboxPrefix(String value) {
            this.inboxPrefix = value;
            return this;
        }

        /** User name and password. */
        public Builder user(String name, Secret secret) {
            this.user = name;
            this.password = secret;
            return this;
        }

        /** A token. */
        public Builder token(Secret value) {
            this.token = value;
            return this;
        }

        /** The seed of an NKey. */
        public Builder nkeySeed(Secret value) {
            this.nkeySeed = value;
            return this;
        }

        /** A credentials file with JWT and seed. It is read again at each reconnect, so that it may be renewed. */
        public Builder credentialsFile(String path) {
            this.credentialsFile = path;
            return this;
        }

        /** Whether TLS is required; default no. Implied by a trust store, a key store or an SSL context. */
        public Builder tls(boolean value) {
            this.tls = value;
            return this;
        }

        /** Whether the TLS handshake comes before the server's greeting; default no. Implies TLS; servers from 2.10.4. */
        public Builder tlsFirst(boolean value) {
            this.tlsFirst = value;
            return this;
        }

        /** Whether the server's certificate must be for the host that is connected to; default yes. */
        public Builder tlsVerifyHost(boolean value) {
            this.tlsVerifyHost = value;
            return this;
        }

        /** The trust store with the authorities to trust, instead of the JVM's. */
        public Builder trustStore(String path, @Nullable Secret secret) {
            this.trustStore = path;
            this.trustStorePassword = secret;
            return this;
        }

        /** The key store with the client's certificate. */
        public Builder keyStore(String path, @Nullable Secret secret) {
            this.keyStore = path;
            this.keyStorePassword = secret;
            return this;
        }

        /**
         * A ready SSL context, instead of trust store and key store. Only by code. Every connection uses it, those after a reconnect too; the
         * host is checked besides, see {@link #tlsVerifyHost}.
         */
        public Builder sslContext(SSLContext value) {
            this.sslContext = value;
            return this;
        }

        /** What is done about streams and consumers; default {@link Topology#CREATE}. */
        public Builder topology(Topology value) {
            this.topology = value;
            return this;
        }

        /** One stream for all topics, to which their subjects are added. Default: a stream per topic, named as the topic with {@code =} for dots. */
        public Builder stream(String name) {
            this.stream = name;
            return this;
        }

        /** Where new streams are kept; default {@link Storage#FILE}. */
        public Builder storage(Storage value) {
            this.storage = value;
            return this;
        }

        /** What new streams do at a limit; default {@link Discard#OLD}. */
        public Builder discard(Discard value) {
            this.discard = value;
            return this;
        }

        /** The replicas of new streams; 1 to 5, default 1. */
        public Builder replicas(int value) {
            this.replicas = value;
            return this;
        }

        /** The most bytes of a new stream; default 1 GiB. */
        public Builder maxBytes(long value) {
            this.maxBytes = value;
            return this;
        }

        /** The most messages of a new stream; default 1,000,000. */
        public Builder maxMessages(long value) {
            this.maxMessages = value;
            return this;
        }

        /** How long a new stream keeps messages; default {@link Duration#ZERO}: for ever, as far as the other limits go. */
        public Builder maxAge(Duration value) {
            this.maxAge = value;
            return this;
        }

        /** How long a new stream recognises an event id that was stored before; default 2 min. */
        public Builder duplicateWindow(Duration value) {
            this.duplicateWindow = value;
            return this;
        }

        /** How long one attempt to send waits for the acknowledgement; default 5 s. */
        public Builder ackTimeout(Duration value) {
            this.ackTimeout = value;
            return this;
        }

        /** How many sends may wait for their acknowledgement; default 32,768. Not below the bus's own limit. */
        public Builder maxOutstanding(int value) {
            this.maxOutstanding = value;
            return this;
        }

        /** How long the server waits for an acknowledgement before it delivers again; default 30 s. Kept alive while handlers run. */
        public Builder ackWait(Duration value) {
            this.ackWait = value;
            return this;
        }

        /** The most un-acknowledged messages of a consumer group; default 10,000, raised to what a subscription holds. */
        public Builder maxAckPending(int value) {
            this.maxAckPending = value;
            return this;
        }

        /** The most pull requests waiting at a consumer group; default 1,000. */
        public Builder maxWaiting(int value) {
            this.maxWaiting = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigurationException if a value is out of range or settings contradict each other; it lists them all
         */
        public NatsConfig build() {
            List<String> problems = new ArrayList<>();
            NatsConfig config = new NatsConfig(this);
            NatsSettings.check(config, problems);
            if (!problems.isEmpty()) {
                throw new ConfigurationException(problems);
            }
            return config;
        }

        Builder security(NatsCredentials given) {
            this.user = given.user();
            this.password = given.password();
            this.token = given.token();
            this.nkeySeed = given.nkeySeed();
            this.credentialsFile = given.credentialsFile();
            return this;
        }

        Builder stores(
                @Nullable String trust,
                @Nullable Secret trustPassword,
                @Nullable String key,
                @Nullable Secret keyPassword) {
            this.trustStore = trust;
            this.trustStorePassword = trustPassword;
            this.keyStore = key;
            this.keyStorePassword = keyPassword;
            return this;
        }

        private NatsCredentials credentials(ServerUrls urls) {
            NatsCredentials given = new NatsCredentials(user, password, token, nkeySeed, credentialsFile);
            return urls.userInfo() == null ? given : given.andOf(urls);
        }

        private NatsTls tls(ServerUrls urls) {
            return new NatsTls(
                    tls || urls.secure(),
                    tlsFirst,
                    tlsVerifyHost,
                    trustStore,
                    trustStorePassword,
                    keyStore,
                    keyStorePassword,
                    sslContext);
        }

        private StreamLimits streamLimits() {
            return new StreamLimits(storage, discard, replicas, maxBytes, maxMessages, maxAge, duplicateWindow);
        }
    }
}
