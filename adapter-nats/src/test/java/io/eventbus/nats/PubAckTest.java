package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.PublishException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PubAckTest {

    @Test
    void readsAnAcknowledgement() {
        PubAck ack = parse("{\"stream\":\"orders\", \"seq\":7}");
        assertThat(ack.stored()).isTrue();
        assertThat(ack.stream()).isEqualTo("orders");
        assertThat(ack.sequence()).isEqualTo(7);
        assertThat(ack.duplicate()).isFalse();
    }

    @Test
    void readsADuplicateWithDomainAndUnknownMembers() {
        PubAck ack = parse(
                "{ \"domain\" : \"hub\", \"stream\":\"o\\\"x\",\"new\":{\"deep\":[1,\"a:b\"]}, \"duplicate\" : true , \"seq\" : 9223372036854 }");
        assertThat(ack.stored()).isTrue();
        assertThat(ack.stream()).isEqualTo("o\"x");
        assertThat(ack.sequence()).isEqualTo(9223372036854L);
        assertThat(ack.duplicate()).isTrue();
    }

    @Test
    void readsAnError() {
        PubAck ack =
                parse("{\"error\":{\"code\":400,\"err_code\":10060,\"description\":\"expected stream does not match\"},"
                        + "\"stream\":\"\",\"seq\":0}");
        assertThat(ack.stored()).isFalse();
        assertThat(ack.code()).isEqualTo(400);
        assertThat(ack.errorCode()).isEqualTo(10060);
        assertThat(ack.description()).isEqualTo("expected stream does not match");
    }

    @Test
    void aMessageThatIsStillBeingStoredIsSentAgain() {
        PubAck ack = parse(
                "{\"error\":{\"code\":409,\"err_code\":10158,\"description\":\"duplicate message id is in process\"}}");
        assertThat(AckInbox.reasonOf(ack)).isEqualTo(PublishException.Reason.UNAVAILABLE);
    }

    @Test
    void anErrorBesideAStreamIsAnError() {
        assertThat(parse("{\"stream\":\"o\",\"seq\":3,\"error\":{\"code\":503,\"description\":\"x\"}}")
                        .stored())
                .isFalse();
    }

    @Test
    void whatCannotBeReadIsNeitherStoredNorThrown() {
        for (String hostile : new String[] {
            "",
            "{",
            "}",
            "\"",
            "{\"seq\":",
            "{\"seq\":1",
            "{\"stream\":\"a",
            "[]",
            "null",
            "{\"stream\":1,\"seq\":2}",
            "{\"stream\":\"a\",\"seq\":99999999999999999999999999}",
            "{\"stream\":\"a\",\"seq\":-1}",
            "{\"stream\":\"\\",
            "\\\\\\"
        }) {
            assertThat(parse(hostile).stored()).as(hostile).isFalse();
        }
    }

    @Test
    void randomBytesNeverThrow() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] valid = "{\"stream\":\"orders\",\"seq\":7,\"duplicate\":true}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            for (int k = 0; k < 1 + random.nextInt(5); k++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(PubAck.parse(bytes)).as("seed %d", seed).isNotNull();
        }
    }

    @Test
    void descriptionsAreCutAndPrintable() {
        PubAck ack = parse("{\"error\":{\"code\":500,\"description\":\"a\n" + "x".repeat(1000) + "\"}}");
        assertThat(ack.description()).hasSizeLessThanOrEqualTo(300).doesNotContain("\n");
    }

    private static PubAck parse(String json) {
        return PubAck.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
