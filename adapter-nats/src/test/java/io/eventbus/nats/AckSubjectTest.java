package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AckSubjectTest {

    @Test
    void bothFormsAreRead() {
        assertThat(AckSubject.parse("$JS.ACK.o.c.1.1.1.0.0")).isEqualTo(new AckSubject(1, 1, 1));
        assertThat(AckSubject.parse("$JS.ACK.hub.acc.o.c.90.19.28.0.0")).isEqualTo(new AckSubject(90, 19, 28));
        assertThat(AckSubject.parse("$JS.ACK.hub.acc.o.c.9.8.7.0.0.token")).isEqualTo(new AckSubject(9, 8, 7));
    }

    @Test
    void moreDeliveriesThanAnIntegerHoldsAreTheMost() {
        assertThat(AckSubject.parse("$JS.ACK.o.c.3000000000.1.922337203685477579.0.0"))
                .isEqualTo(new AckSubject(Integer.MAX_VALUE, 1, 922_337_203_685_477_579L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_INBOX.1",
                "$JS.ACK.o.c.1.2.3.0",
                "$JS.ACK.d.a.o.c.1.2.3.0",
                "$JS.ACK.o.c.0.2.3.0.0",
                "$JS.ACK.o.c.1.0.3.0.0",
                "$JS.ACK.o.c.1.2.0.0.0",
                "$JS.ACK.o.c.:.2.3.0.0",
                "$JS.ACK.o.c.1./.3.0.0",
                "$JS.ACK.o.c.1.2.x.0.0",
                "$JS.ACK.o.c.1.9223372036854775800.3.0.0"
            })
    void anythingElseIsNone(String subject) {
        assertThat(AckSubject.parse(subject)).isNull();
    }
}
