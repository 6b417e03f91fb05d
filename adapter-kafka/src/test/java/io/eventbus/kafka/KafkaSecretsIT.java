package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.testkit.broker.KafkaListener;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.KafkaServerOptions;
import io.eventbus.testkit.broker.TestAuthority;
import io.eventbus.testkit.broker.TestIdentity;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process writes, with all our logging on, and what its exceptions and printed settings say: never a secret. */
class KafkaSecretsIT {

    private static final String CANARY = "c4nary-0f-s3cr3ts";
    private static final int PASSWORDS = 0;
    private static final int MUTUAL = 1;

    private static TestAuthority authority;
    private static KafkaServer server;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startBroker() {
        authority = TestAuthority.create("ours", CANARY);
        server = KafkaServer.start(KafkaServerOptions.defaults()
                .withListener(KafkaListener.plaintext().withSasl("PLAIN", "SCRAM-SHA-512"))
                .withListener(KafkaListener.tls(authority.server()).withClientCertificates(authority))
                .withUser("alice", CANARY));
    }

    @AfterAll
    static void stopBroker() {
        server.close();
        authority.close();
    }

    @Test
    void passwords() throws Exception {
        Map<String, String> good = new HashMap<>(Map.of(
                "EVENTBUS_KAFKA_BOOTSTRAP_SERVERS", server.bootstrapServers(PASSWORDS),
                "EVENTBUS_KAFKA_SECURITY_PROTOCOL", "sasl-plaintext",
                "EVENTBUS_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
                "EVENTBUS_KAFKA_USERNAME", "alice",
                "EVENTBUS_KAFKA_PASSWORD", CANARY));
        assertThat(said(good)).contains("published ", "password = ******");
        good.put("EVENTBUS_KAFKA_USERNAME", "bob");
        assertThat(said(good)).contains("failed ", "eventbus.kafka.username");
        good.put("EVENTBUS_KAFKA_SASL_MECHANISM", "PLAIN");
        assertThat(said(good)).contains("failed ", "eventbus.kafka.username");
    }

    @Test
    void passwordsInNativeProperties() throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "EVENTBUS_KAFKA_BOOTSTRAP_SERVERS", server.bootstrapServers(PASSWORDS),
                "EVENTBUS_KAFKA_SECURITY_PROTOCOL", "sasl-plaintext",
                "EVENTBUS_KAFKA_SASL_MECHANISM", "PLAIN"));
        String module = "org.apache.kafka.common.security.plain.PlainLoginModule";
        settings.put("PROBE_JAAS", module + " required username=\"alice\" password=\"" + CANARY + "\";");
        assertThat(said(settings)).contains("published ", "sasl.jaas.config = ******");
        settings.put("PROBE_JAAS", module + " username=\"alice\" password=\"" + CANARY + "\"");
        assertThat(said(settings)).contains("failed ");
    }

    @Test
    void passwordsOfStores() throws Exception {
        TestIdentity client = authority.client("orders");
        Map<String, String> good = new HashMap<>(Map.of(
                "EVENTBUS_KAFKA_BOOTSTRAP_SERVERS",
                server.bootstrapServers(MUTUAL),
                "EVENTBUS_KAFKA_SECURITY_PROTOCOL",
                "ssl",
                "EVENTBUS_KAFKA_TRUSTSTORE",
                authority.trustStore().toString(),
                "EVENTBUS_KAFKA_TRUSTSTORE_PASSWORD",
                CANARY,
                "EVENTBUS_KAFKA_KEYSTORE",
                client.keyStore().toString(),
                "EVENTBUS_KAFKA_KEYSTORE_PASSWORD",
                CANARY));
        assertThat(said(good)).contains("published ", "keystore-password = ******");
        good.put("EVENTBUS_KAFKA_KEYSTORE_PASSWORD", CANARY + "-no");
        assertThat(said(good)).contains("failed ");
    }

    /** All that the program writes, everything of ours and INFO of the client. */
    private String said(Map<String, String> settings) throws Exception {
        File output = Files.createTempFile(directory, "probe", ".log").toFile();
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.log.io.eventbus=trace",
                "-cp",
                System.getProperty("java.class.path"),
                SecretsProbe.class.getName());
        builder.environment().putAll(settings);
        Process process =
                builder.redirectErrorStream(true).redirectOutput(output).start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output.toPath());
        assertThat(said).contains("ended ").doesNotContain(CANARY);
        return said;
    }
}
