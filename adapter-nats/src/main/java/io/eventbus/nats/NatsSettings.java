package io.eventbus.nats;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Secret;
import io.eventbus.api.config.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of {@link NatsConfig}: reading, checking and showing. */
final class NatsSettings {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Pattern STREAM_NAME = Pattern.compile("[A-Za-z0-9_=-]{1,255}");
    private static final Pattern INBOX_PREFIX = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.");

    private NatsSettings() {}

    static NatsConfig read(Settings s) {
        NatsConfig.Builder b = NatsConfig.builder();
        NatsConfig d = b.build();
        b.servers(s.texts("servers", d.servers()))
                .inboxPrefix(s.text("inbox-prefix", d.inboxPrefix()))
                .connectionName(s.text("connection-name", d.connectionName()))
                .connectTimeout(s.duration("connect-timeout", d.connectTimeout(), SHORTEST))
                .requestTimeout(s.duration("request-timeout", d.requestTimeout(), SHORTEST))
                .reconnectWait(s.duration("reconnect-wait", d.reconnectWait(), Duration.ZERO))
                .reconnectJitter(s.duration("reconnect-jitter", d.reconnectJitter(), Duration.ZERO))
                .pingInterval(s.duration("ping-interval", d.pingInterval(), Duration.ofMillis(100)));
        readSecurity(s, b);
        readTopology(s, b, d);
        b.ackTimeout(s.duration("ack-timeout", d.ackTimeout(), SHORTEST))
                .maxOutstanding(s.integer("max-outstanding", d.maxOutstanding(), 1, 1 << 20))
                .ackWait(s.duration("ack-wait", d.ackWait(), Duration.ofMillis(100)))
                .maxAckPending(s.integer("max-ack-pending", d.maxAckPending(), 1, Integer.MAX_VALUE))
                .maxWaiting(s.integer("max-waiting", d.maxWaiting(), 1, Integer.MAX_VALUE));
        NatsConfig config = null;
        try {
            config = b.build();
        } catch (ConfigurationException e) {
            e.problems().forEach(s::problem);
        }
        s.finish();
        if (config == null) {
            throw new AssertionError("problems were not reported");
        }
        return config;
    }

    private static void readSecurity(Settings s, NatsConfig.Builder b) {
        String user = s.textOrNull("user");
        Secret password = s.secretOrNull("password");
        Secret token = s.secretOrNull("token");
        Secret seed = s.secretOrNull("nkey-seed");
        String credentials = s.textOrNull("credentials-file");
        b.security(new NatsCredentials(user, password, token, seed, credentials));
        b.tls(s.flag("tls", false)).tlsFirst(s.flag("tls-first", false)).tlsVerifyHost(s.flag("tls-verify-host", true));
        b.stores(
                s.textOrNull("trust-store"),
                s.secretOrNull("trust-store-password"),
                s.textOrNull("key-store"),
                s.secretOrNull("key-store-password"));
    }

    private static void readTopology(Settings s, NatsConfig.Builder b, NatsConfig d) {
        StreamLimits limits = d.streamLimits();
        b.topology(s.choice("topology", d.topology()))
                .storage(s.choice("storage", limits.storage()))
                .discard(s.choice("discard", limits.discard()))
                .replicas(s.integer("replicas", limits.replicas(), 1, 5))
                .maxBytes(s.bytes("max-bytes", limits.maxBytes(), 1, Long.MAX_VALUE))
                .maxMessages(s.bytes("max-messages", limits.maxMessages(), 1, Long.MAX_VALUE))
                .maxAge(s.duration("max-age", limits.maxAge(), Duration.ZERO))
                .duplicateWindow(s.duration("duplicate-window", limits.duplicateWindow(), Duration.ofMillis(100)));
        String stream = s.textOrNull("stream");
        if (stream != null) {
            b.stream(stream);
        }
    }

    static void check(NatsConfig c, List<String> problems) {
        problems.addAll(c.urls().problems());
        if (!INBOX_PREFIX.matcher(c.inboxPrefix()).matches()) {
            problems.add("eventbus.nats.inbox-prefix is '" + c.inboxPrefix()
                    + "'; use words of A-Z a-z 0-9 _ - that each end with a dot, for example _INBOX_orders.");
        }
        c.credentials().check(problems);
        c.tls().check(problems);
        String stream = c.stream();
        if (stream != null && !STREAM_NAME.matcher(stream).matches()) {
            problems.add("eventbus.nats.stream is '" + stream + "'; use 1 to 255 characters of A-Z a-z 0-9 _ - =");
        }
        StreamLimits limits = c.streamLimits();
        if (limits.replicas() < 1 || limits.replicas() > 5) {
            problems.add("eventbus.nats.replicas is " + limits.replicas() + ", it must be in 1 ... 5");
        }
        positive("max-bytes", limits.maxBytes(), problems);
        positive("max-messages", limits.maxMessages(), problems);
        positive("max-outstanding", c.maxOutstanding(), problems);
        positive("max-ack-pending", c.maxAckPending(), problems);
        positive("max-waiting", c.maxWaiting(), problems);
        positive("connect-timeout", c.connectTimeout(), problems);
        positive("request-timeout", c.requestTimeout(), problems);
        positive("ping-interval", c.pingInterval(), problems);
        positive("ack-timeout", c.ackTimeout(), problems);
        positive("ack-wait", c.ackWait(), problems);
        positive("duplicate-window", limits.duplicateWindow(), problems);
        if (!limits.maxAge().isZero() && limits.duplicateWindow().compareTo(limits.maxAge()) > 0) {
            problems.add("eventbus.nats.duplicate-window is " + limits.duplicateWindow()
                    + ", longer than eventbus.nats.max-age " + limits.maxAge()
                    + "; shorten the one or lengthen the other");
        }
    }

    /** The servers for logs and messages. */
    static String shownServers(NatsConfig c) {
        return ServerUrls.masked(String.join(",", c.servers()));
    }

    static String describe(NatsConfig c) {
        StringBuilder text = new StringBuilder();
        effective(c)
                .forEach((key, value) ->
                        text.append(key).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    /** All effective settings by their full keys, in a fixed order; secrets are masked. */
    static Map<String, String> effective(NatsConfig c) {
        StreamLimits limits = c.streamLimits();
        NatsCredentials who = c.credentials();
        NatsTls tls = c.tls();
        Map<String, String> out = new LinkedHashMap<>();
        line(out, "servers", shownServers(c));
        line(out, "connection-name", c.connectionName());
        line(out, "connect-timeout", c.connectTimeout());
        line(out, "request-timeout", c.requestTimeout());
        line(out, "reconnect-wait", c.reconnectWait());
        line(out, "reconnect-jitter", c.reconnectJitter());
        line(out, "ping-interval", c.pingInterval());
        line(out, "inbox-prefix", c.inboxPrefix());
        line(out, "user", who.user());
        line(out, "password", who.password());
        line(out, "token", who.token());
        line(out, "nkey-seed", who.nkeySeed());
        line(out, "credentials-file", who.credentialsFile());
        line(out, "tls", tls.used());
        line(out, "tls-first", tls.first());
        line(out, "tls-verify-host", tls.verifyHost());
        line(out, "trust-store", tls.trustStore());
        line(out, "trust-store-password", tls.trustStorePassword());
        line(out, "key-store", tls.keyStore());
        line(out, "key-store-password", tls.keyStorePassword());
        line(out, "topology", c.topology().name().toLowerCase(Locale.ROOT));
        line(out, "stream", c.stream());
        line(out, "storage", limits.storage().name().toLowerCase(Locale.ROOT));
        line(out, "discard", limits.discard().name().toLowerCase(Locale.ROOT));
        line(out, "replicas", limits.replicas());
        line(out, "max-bytes", limits.maxBytes());
        line(out, "max-messages", limits.maxMessages());
        line(out, "max-age", limits.maxAge());
        line(out, "duplicate-window", limits.duplicateWindow());
        line(out, "ack-timeout", c.ackTimeout());
        line(out, "max-outstanding", c.maxOutstanding());
        line(out, "ack-wait", c.ackWait());
        line(out, "max-ack-pending", c.maxAckPending());
        line(out, "max-waiting", c.maxWaiting());
        return out;
    }

    private static void positive(String key, long value, List<String> problems) {
        if (value < 1) {
            problems.add("eventbus.nats." + key + " is " + value + ", it must be at least 1");
        }
    }

    private static void positive(String key, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add("eventbus.nats." + key + " is " + value + ", it must be longer than zero");
        }
    }

    private static void line(Map<String, String> out, String key, @Nullable Object value) {
        out.put(NatsConfig.PREFIX + key, value == null ? "" : value.toString());
    }
}
