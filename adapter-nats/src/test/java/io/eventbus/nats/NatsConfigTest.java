package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Secret;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NatsConfigTest {

    @Test
    void everyKeyHasItsDefault() {
        assertThat(NatsConfig.from(Map.of(), Map.of()).describe()).isEqualTo("""
                eventbus.nats.servers = nats://localhost:4222
                eventbus.nats.connection-name = eventbus
                eventbus.nats.connect-timeout = PT5S
                eventbus.nats.request-timeout = PT5S
                eventbus.nats.reconnect-wait = PT0.25S
                eventbus.nats.reconnect-jitter = PT0.25S
                eventbus.nats.ping-interval = PT10S
                eventbus.nats.inbox-prefix = _INBOX.
                eventbus.nats.user =\s
                eventbus.nats.password =\s
                eventbus.nats.token =\s
                eventbus.nats.nkey-seed =\s
                eventbus.nats.credentials-file =\s
                eventbus.nats.tls = false
                eventbus.nats.tls-first = false
                eventbus.nats.tls-verify-host = true
                eventbus.nats.trust-store =\s
                eventbus.nats.trust-store-password =\s
                eventbus.nats.key-store =\s
                eventbus.nats.key-store-password =\s
                eventbus.nats.topology = create
                eventbus.nats.stream =\s
                eventbus.nats.storage = file
                eventbus.nats.discard = old
                eventbus.nats.replicas = 1
                eventbus.nats.max-bytes = 1073741824
                eventbus.nats.max-messages = 1000000
                eventbus.nats.max-age = PT0S
                eventbus.nats.duplicate-window = PT2M
                eventbus.nats.ack-timeout = PT5S
                eventbus.nats.max-outstanding = 32768
                eventbus.nats.ack-wait = PT30S
                eventbus.nats.max-ack-pending = 10000
                eventbus.nats.max-waiting = 1000
                """);
    }

    @Test
    void everyKeyTakesEffectAndTheEnvironmentWins() {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("eventbus.nats.servers", "nats://a:1, nats://b:2");
        given.put("eventbus.nats.connection-name", "billing");
        given.put("eventbus.nats.user", "alice");
        given.put("eventbus.nats.password", "s3cret");
        given.put("eventbus.nats.topology", "validate");
        given.put("eventbus.nats.stream", "SHARED");
        given.put("eventbus.nats.storage", "memory");
        given.put("eventbus.nats.discard", "new");
        given.put("eventbus.nats.replicas", "3");
        given.put("eventbus.nats.max-bytes", "2GiB");
        given.put("eventbus.nats.ack-wait", "10s");
        NatsConfig config = NatsConfig.from(given, Map.of("EVENTBUS_NATS_ACK_WAIT", "20s"));
        assertThat(config.servers()).containsExactly("nats://a:1", "nats://b:2");
        assertThat(config.ackWait()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.describe())
                .contains("connection-name = billing")
                .contains("user = alice")
                .contains("topology = validate")
                .contains("stream = SHARED")
                .contains("storage = memory")
                .contains("discard = new")
                .contains("replicas = 3")
                .contains("max-bytes = 2147483648");
    }

    @Test
    void secretsAreMasked() {
        NatsConfig inUrl =
                NatsConfig.builder().servers("nats://bob:hu%40sh@host:4222").build();
        assertThat(inUrl.toString() + inUrl.describe() + inUrl.credentials() + inUrl.urls())
                .doesNotContain("sh@", "hu%")
                .contains("nats://host:4222", "user = bob", "password = ******");
        assertThat(inUrl.credentials().password()).isEqualTo(Secret.of("hu@sh"));
        NatsConfig token = NatsConfig.builder().servers("t0ken@host:4222").build();
        assertThat(token.toString() + token.describe() + token.credentials())
                .doesNotContain("t0ken")
                .contains("token = ******");
        assertThat(token.credentials().token()).isEqualTo(Secret.of("t0ken"));
    }

    @Test
    void aUrlThatCannotBeReadIsShownWithoutItsPassword() {
        for (String bad : List.of("nats://bob:hu@sh@host", "nats://bob:h/u#sh@ho st", "bob:hush@:4222")) {
            assertThatThrownBy(() -> NatsConfig.builder().servers(bad).build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("******")
                    .hasMessageNotContaining("sh@")
                    .hasMessageNotContaining("bob");
        }
    }

    @Test
    void oneConnectionHasOneSetOfCredentials() {
        assertThatThrownBy(() -> NatsConfig.builder()
                        .servers("nats://a:b@x:1", "nats://c:d@y:2")
                        .build())
                .hasMessageContaining("different user names");
        assertThatThrownBy(() -> NatsConfig.builder()
                        .servers("nats://a:b@x:1")
                        .token(Secret.of("t"))
                        .build())
                .hasMessageContaining("use one or the other");
    }

    @Test
    void aUrlMayAskForTlsButNotForTrustInAnybody() {
        assertThat(NatsConfig.builder().servers("tls://x:1").build().tls().used())
                .isTrue();
        assertThatThrownBy(() -> NatsConfig.builder().servers("opentls://x:1").build())
                .hasMessageContaining("trust any certificate");
    }

    @Test
    void unknownMalformedAndContradictingSettingsAreReportedTogether() {
        Map<String, String> given = Map.of(
                "eventbus.nats.server", "nats://a:1",
                "eventbus.nats.ack-wait", "soon",
                "eventbus.nats.token", "x",
                "eventbus.nats.user", "alice");
        assertThatThrownBy(() -> NatsConfig.from(given, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean eventbus.nats.servers")
                .hasMessageContaining("ack-wait is 'soon'")
                .hasMessageContaining("only one can be used")
                .hasMessageContaining("without eventbus.nats.password");
    }

    @Test
    void aDuplicateWindowLongerThanTheAgeIsRefused() {
        assertThatThrownBy(() ->
                        NatsConfig.builder().maxAge(Duration.ofSeconds(30)).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("duplicate-window");
    }

    @Test
    void aDeliveryTimeoutLongerThanTheDuplicateWindowIsRefusedAtStart() {
        NatsTransport transport = new NatsTransport(NatsConfig.builder().build());
        assertThatThrownBy(() -> transport.start(Duration.ofMinutes(3)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("duplicate-window");
    }
}
