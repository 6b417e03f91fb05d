package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.NatsServerOptions;
import io.eventbus.testkit.broker.NatsUser;
import io.eventbus.testkit.broker.TestAuthority;
import io.eventbus.testkit.broker.TestIdentity;
import io.nats.client.NKey;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process writes, with all our logging on, and what its exceptions and printed settings say: never a secret. */
class NatsSecretsIT {

    private static final String CANARY = "c4nary-0f-s3cr3ts";
    private static final String SEED_PREFIX = "SU";

    @TempDir
    private Path directory;

    @Test
    void passwordsAndTokens() throws Exception {
        try (NatsServer server =
                NatsServer.start(NatsServerOptions.defaults().withUsers(NatsUser.password("alice", CANARY)))) {
            String where = "127.0.0.1:" + server.port();
            Map<String, String> good = Map.of(
                    "EVENTBUS_NATS_SERVERS", where, "EVENTBUS_NATS_USER", "alice", "EVENTBUS_NATS_PASSWORD", CANARY);
            assertThat(said(good)).contains("published Result[position=", "password = ******");
            assertThat(said(Map.of("EVENTBUS_NATS_SERVERS", "nats://alice:" + CANARY + "@" + where)))
                    .contains("published Result[position=", "password = ******");
            assertThat(said(Map.of(
                            "EVENTBUS_NATS_SERVERS", where,
                            "EVENTBUS_NATS_USER", "bob",
                            "EVENTBUS_NATS_PASSWORD", CANARY)))
                    .contains("refuses the credentials");
            assertThat(said(Map.of("EVENTBUS_NATS_SERVERS", where, "EVENTBUS_NATS_TOKEN", CANARY)))
                    .contains("refuses the credentials", "token = ******");
        }
        assertThat(said(Map.of("EVENTBUS_NATS_SERVERS", "nats://alice:" + CANARY + "@127.0.0.1:1")))
                .contains("cannot connect to NATS");
        assertThat(said(Map.of("EVENTBUS_NATS_SERVERS", "nats://alice:" + CANARY + "@@/127.0.0.1:1")))
                .contains("eventbus.nats.servers has");
    }

    @Test
    void seedsAndTokensOfCredentials() throws Exception {
        NKey key = NKey.createUser(null);
        NKey stranger = NKey.createUser(null);
        NatsJwt operator = new NatsJwt();
        Path file = operator.credentials(directory.resolve("bus.creds"), Duration.ofHours(1));
        String seedOfFile = Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(SEED_PREFIX))
                .findFirst()
                .orElseThrow();
        try (NatsServer server = NatsServer.start(
                        NatsServerOptions.defaults().withUsers(NatsUser.nkey(new String(key.getPublicKey()))));
                NatsServer closed = NatsServer.start(operator.server())) {
            for (NKey one : List.of(key, stranger)) {
                String seed = new String(one.getSeed());
                assertThat(output(Map.of("EVENTBUS_NATS_SERVERS", server.url(), "EVENTBUS_NATS_NKEY_SEED", seed)))
                        .contains(one == key ? "published Result[position=" : "refuses the credentials")
                        .doesNotContain(seed);
            }
            assertThat(output(Map.of(
                            "EVENTBUS_NATS_SERVERS", closed.url(), "EVENTBUS_NATS_CREDENTIALS_FILE", file.toString())))
                    .contains("published Result[position=")
                    .doesNotContain(seedOfFile);
            assertThat(said(Map.of("EVENTBUS_NATS_SERVERS", server.url(), "EVENTBUS_NATS_NKEY_SEED", CANARY)))
                    .contains("eventbus.nats.nkey-seed");
        }
    }

    @Test
    void passwordsOfStores() throws Exception {
        try (TestAuthority authority = TestAuthority.create("ours", CANARY)) {
            TestIdentity client = authority.client("orders");
            try (NatsServer server =
                    NatsServer.start(NatsServerOptions.defaults().withMutualTls(authority.server(), authority))) {
                Map<String, String> good = Map.of(
                        "EVENTBUS_NATS_SERVERS", server.url(),
                        "EVENTBUS_NATS_TRUST_STORE", authority.trustStore().toString(),
                        "EVENTBUS_NATS_TRUST_STORE_PASSWORD", CANARY,
                        "EVENTBUS_NATS_KEY_STORE", client.keyStore().toString(),
                        "EVENTBUS_NATS_KEY_STORE_PASSWORD", CANARY);
                assertThat(said(good)).contains("published Result[position=", "key-store-password = ******");
                assertThat(said(Map.of(
                                "EVENTBUS_NATS_SERVERS", server.url(),
                                "EVENTBUS_NATS_TRUST_STORE",
                                        authority.trustStore().toString(),
                                "EVENTBUS_NATS_TRUST_STORE_PASSWORD", CANARY + "-no")))
                        .contains("eventbus.nats.trust-store-password");
            }
        }
    }

    private String said(Map<String, String> settings) throws Exception {
        String said = output(settings);
        assertThat(said).doesNotContain(CANARY);
        return said;
    }

    /** All that the program writes, DEBUG of ours and INFO of all others. */
    private String output(Map<String, String> settings) throws Exception {
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
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output.toPath());
    }
}
