package io.eventbus.testkit.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A wish list for a {@link KafkaServer}; immutable, each {@code with…} method gives a changed copy.
 *
 * <p>Whatever is asked for, the listener at {@link KafkaServer#bootstrapServers()} is neither encrypted nor authenticated, and with
 * {@link #withAuthorizer()} its clients are the super user: through it a test makes topics, users and access rules.
 *
 * @param version the version of Kafka to run; empty takes the setting {@code brokers.kafka.version} or the default
 * @param listeners the listeners that stand behind a {@link TcpProxy} each, see {@link KafkaServer#link(int)}
 * @param users name and password of those who may authenticate
 * @param properties lines for {@code server.properties} that add to or replace the fixture's own
 */
public record KafkaServerOptions(
        Optional<String> version,
        List<KafkaListener> listeners,
        Map<String, String> users,
        Map<String, String> properties) {

    private static final int MOST_LISTENERS = 64;
    private static final String USER_NAME = "[A-Za-z0-9_.-]+";

    /** Checks and copies the parts. */
    public KafkaServerOptions {
        Objects.requireNonNull(version, "version");
        listeners = List.copyOf(listeners);
        if (listeners.size() > MOST_LISTENERS) {
            throw new IllegalArgumentException(
                    "There can be at most " + MOST_LISTENERS + " proxied listeners, not " + listeners.size());
        }
        users = Map.copyOf(users);
        properties = Map.copyOf(properties);
    }

    /** No wishes: the default version, no proxied listener. */
    public static KafkaServerOptions defaults() {
        return new KafkaServerOptions(Optional.empty(), List.of(), Map.of(), Map.of());
    }

    /** Asks for a version of Kafka, for instance {@code 4.4.0}. */
    public KafkaServerOptions withVersion(String wanted) {
        return new KafkaServerOptions(Optional.of(wanted), listeners, users, properties);
    }

    /** Asks for that many listeners behind proxies, instead of those asked for before, without security. */
    public KafkaServerOptions withProxiedListeners(int count) {
        if (count < 0 || count > MOST_LISTENERS) {
            throw new IllegalArgumentException(
                    "The number of proxied listeners must be between 0 and " + MOST_LISTENERS + ": " + count);
        }
        List<KafkaListener> plain = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            plain.add(KafkaListener.plaintext());
        }
        return new KafkaServerOptions(version, plain, users, properties);
    }

    /** The defaults with that many listeners behind proxies. */
    public static KafkaServerOptions proxiedListeners(int count) {
        return defaults().withProxiedListeners(count);
    }

    /** Adds one listener behind a proxy; its index is the number of those asked for before. */
    public KafkaServerOptions withListener(KafkaListener listener) {
        List<KafkaListener> more = new ArrayList<>(listeners);
        more.add(listener);
        return new KafkaServerOptions(version, more, users, properties);
    }

    /**
     * Adds a user who can authenticate at every listener with SASL, by every mechanism.
     *
     * @param name letters, digits, {@code _}, {@code .} and {@code -}
     * @param password without commas, brackets and quotation marks
     */
    public KafkaServerOptions withUser(String name, String password) {
        if (!name.matches(USER_NAME) || password.isEmpty() || !password.matches("[^,\\[\\]\"\\\\]+")) {
            throw new IllegalArgumentException("This user name or password cannot be given to Kafka's tools: " + name);
        }
        Map<String, String> more = new LinkedHashMap<>(users);
        more.put(name, password);
        return new KafkaServerOptions(version, listeners, more, properties);
    }

    /** Lets users do only what access rules (ACLs) allow; the fixture's own listener may do everything. */
    public KafkaServerOptions withAuthorizer() {
        return withProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withProperty("super.users", "User:ANONYMOUS");
    }

    /** Adds a line to {@code server.properties}. */
    public KafkaServerOptions withProperty(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(key, value);
        return new KafkaServerOptions(version, listeners, users, more);
    }

    /** The record's parts but for passwords. */
    @Override
    public String toString() {
        return "KafkaServerOptions[version=" + version
                + ", listeners="
                + listeners.stream().map(KafkaListener::protocol).collect(Collectors.toList())
                + ", users=" + users.keySet() + ", properties=" + properties.keySet() + "]";
    }

    int proxies() {
        return listeners.size();
    }

    /** What the options add to server.properties, their own lines last. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        StringBuilder protocols = new StringBuilder("CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        for (int i = 0; i < listeners.size(); i++) {
            KafkaListener listener = listeners.get(i);
            protocols.append(',').append(KafkaPorts.linkName(i)).append(':').append(listener.protocol());
            settings.putAll(listener.settings(KafkaPorts.linkName(i), users));
        }
        settings.put("listener.security.protocol.map", protocols.toString());
        settings.putAll(properties);
        return settings;
    }

    /** What the tool that formats the storage is told about users, so that they can use SCRAM. */
    List<String> formatArguments() {
        List<String> arguments = new ArrayList<>();
        boolean scram =
                listeners.stream().flatMap(one -> one.mechanisms().stream()).anyMatch(m -> m.startsWith("SCRAM"));
        if (scram) {
            users.forEach((name, password) -> {
                for (String mechanism : List.of("SCRAM-SHA-256", "SCRAM-SHA-512")) {
                    arguments.add("--add-scram");
                    arguments.add(mechanism + "=[name=" + name + ",password=" + password + "]");
                }
            });
        }
        return arguments;
    }

    List<Path> files() {
        return listeners.stream()
                .flatMap(listener -> listener.files().stream())
                .distinct()
                .toList();
    }
}
