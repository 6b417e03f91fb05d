package io.eventbus.testkit.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How one proxied listener of a {@link KafkaServer} is secured; immutable, each {@code with…} method gives a changed copy.
 *
 * @param server the broker's certificate; empty is no TLS
 * @param clients the authority whose certificate a client must show; empty asks for none
 * @param mechanisms the SASL mechanisms, of {@code PLAIN}, {@code SCRAM-SHA-256} and {@code SCRAM-SHA-512}; none is no SASL
 */
public record KafkaListener(Optional<TestIdentity> server, Optional<TestAuthority> clients, List<String> mechanisms) {

    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

    /** Checks and copies the parts. */
    public KafkaListener {
        Objects.requireNonNull(server, "server");
        if (clients.isPresent() && server.isEmpty()) {
            throw new IllegalArgumentException("Clients cannot show certificates without TLS");
        }
        mechanisms = List.copyOf(mechanisms);
    }

    /** Neither encrypted nor authenticated. */
    public static KafkaListener plaintext() {
        return new KafkaListener(Optional.empty(), Optional.empty(), List.of());
    }

    /** TLS, with that certificate of the broker. */
    public static KafkaListener tls(TestIdentity server) {
        return new KafkaListener(Optional.of(server), Optional.empty(), List.of());
    }

    /** Lets only those clients in that show a certificate of that authority. */
    public KafkaListener withClientCertificates(TestAuthority authority) {
        return new KafkaListener(server, Optional.of(authority), mechanisms);
    }

    /** Lets only those in who authenticate with one of these mechanisms, see {@link KafkaServerOptions#withUser}. */
    public KafkaListener withSasl(String... names) {
        return new KafkaListener(server, clients, List.of(names));
    }

    /** Kafka's name of the protocol. */
    String protocol() {
        String sasl = mechanisms.isEmpty() ? "" : "SASL_";
        return server.isPresent() ? sasl + "SSL" : sasl + "PLAINTEXT";
    }

    /** What stands in server.properties for the listener of that name. */
    Map<String, String> settings(String name, Map<String, String> users) {
        String prefix = "listener.name." + name.toLowerCase(Locale.ROOT) + ".";
        Map<String, String> settings = new LinkedHashMap<>();
        server.ifPresent(identity -> {
            settings.put(prefix + "ssl.keystore.type", "PKCS12");
            settings.put(prefix + "ssl.keystore.location", identity.keyStore().toString());
            settings.put(prefix + "ssl.keystore.password", identity.password());
            settings.put(prefix + "ssl.key.password", identity.password());
        });
        clients.ifPresent(authority -> {
            settings.put(prefix + "ssl.client.auth", "required");
            settings.put(prefix + "ssl.truststore.type", "PKCS12");
            settings.put(
                    prefix + "ssl.truststore.location", authority.trustStore().toString());
            settings.put(prefix + "ssl.truststore.password", authority.password());
        });
        if (!mechanisms.isEmpty()) {
            settings.put(prefix + "sasl.enabled.mechanisms", String.join(",", mechanisms));
        }
        for (String mechanism : mechanisms) {
            settings.put(
                    prefix + mechanism.toLowerCase(Locale.ROOT) + ".sasl.jaas.config",
                    mechanism.equals("PLAIN") ? plain(users) : SCRAM);
        }
        return settings;
    }

    /** The files that the settings name. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        server.ifPresent(identity -> files.add(identity.keyStore()));
        clients.ifPresent(authority -> files.add(authority.trustStore()));
        return files;
    }

    private static String plain(Map<String, String> users) {
        StringBuilder text = new StringBuilder(PLAIN);
        new TreeMap<>(users)
                .forEach((name, password) ->
                        text.append(" user_").append(name).append('=').append(NatsUser.quoted(password)));
        return text.append(';').toString();
    }
}
