package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The small pure parts of fetching: credit, reply subjects, the memory of what is done, subject patterns. */
class FetchArithmeticTest {

    @Test
    void creditNeverExceedsTheRoom() {
        PullCredit credit = new PullCredit();
        assertThat(credit.ask(50)).isEqualTo(50);
        assertThat(credit.ask(50)).isZero();
        for (int i = 0; i < 10; i++) {
            credit.received();
        }
        assertThat(credit.ask(50)).isZero();
        assertThat(credit.requested()).isEqualTo(40);
    }

    @Test
    void requestsOverlapAndGrowWhileMessagesFlow() {
        PullCredit credit = new PullCredit();
        int largest = 0;
        for (int i = 0; i < 20_000; i++) {
            int batch = credit.ask(5_000);
            largest = Math.max(largest, batch);
            assertThat(credit.requested()).isBetween(1, 2_000);
            credit.received();
        }
        assertThat(largest).isEqualTo(PullCredit.MAX_BATCH);
    }

    @Test
    void whatExpiredIsAskedForAgain() {
        PullCredit credit = new PullCredit();
        int batch = credit.ask(5_000);
        credit.expired(batch);
        assertThat(credit.requested()).isZero();
        assertThat(credit.ask(5_000)).isEqualTo(batch);
    }

    /** 200 at first; again when half of them have come; twice as many then. */
    @Test
    void newCreditIsAskedForAtHalfOfTheWindow() {
        PullCredit credit = new PullCredit();
        assertThat(credit.ask(5_000)).isEqualTo(200);
        for (int i = 0; i < 99; i++) {
            credit.received();
        }
        assertThat(credit.ask(5_000)).isZero();
        credit.received();
        assertThat(credit.ask(5_000)).isEqualTo(100);
        assertThat(credit.requested()).isEqualTo(200);
        assertThat(credit.ask(5_000)).isEqualTo(200);
        credit.reset();
        assertThat(credit.requested()).isZero();
        assertThat(credit.ask(5_000)).isEqualTo(800);
    }

    @Test
    void noRoomIsNoRequest() {
        assertThat(new PullCredit().ask(0)).isZero();
        assertThat(new PullCredit().ask(-3)).isZero();
    }

    @Test
    void readsReplySubjectsOfBothForms() {
        AckSubject expected = new AckSubject(2, 17, 33);
        assertThat(AckSubject.parse("$JS.ACK.orders.g@orders.2.17.33.1700000000.4"))
                .isEqualTo(expected);
        assertThat(AckSubject.parse("$JS.ACK.hub.HASH.orders.g@orders.2.17.33.1700000000.4"))
                .isEqualTo(expected);
        assertThat(AckSubject.parse("$JS.ACK.hub.HASH.orders.g@orders.2.17.33.1700000000.4.rnd"))
                .isEqualTo(expected);
    }

    @Test
    void whatIsNoReplySubjectIsNothing() {
        assertThat(AckSubject.parse(null)).isNull();
        assertThat(AckSubject.parse("_INBOX.x")).isNull();
        assertThat(AckSubject.parse("$JS.ACK.a.b.1.2")).isNull();
        assertThat(AckSubject.parse("$JS.ACK.a.b.x.2.3.4.5")).isNull();
        assertThat(AckSubject.parse("$JS.ACK.a.b.1.99999999999999999999.3.4.5")).isNull();
    }

    @Test
    void remembersTheLatestSequences() {
        RecentSequences recent = new RecentSequences(100);
        for (long i = 1; i <= 1_000; i++) {
            recent.add(i);
        }
        for (long i = 901; i <= 1_000; i++) {
            assertThat(recent.contains(i)).isTrue();
        }
        assertThat(recent.contains(1)).isFalse();
        assertThat(recent.contains(1_001)).isFalse();
    }

    @Test
    void subjectPatternsTakeTopics() {
        assertThat(new StreamSubjects(java.util.List.of("orders.>")).take("orders.eu.created"))
                .isTrue();
        assertThat(new StreamSubjects(java.util.List.of("orders.*")).take("orders.eu.created"))
                .isFalse();
        assertThat(new StreamSubjects(java.util.List.of("x", "orders.*.created")).take("orders.eu.created"))
                .isTrue();
        assertThat(new StreamSubjects(java.util.List.of("orders.>")).take("orders"))
                .isFalse();
    }

    @Test
    void messageIdsBecomePlainAndStayDifferent() {
        assertThat(WireHeaders.plain("order-1:2/3")).isEqualTo("order-1:2/3");
        assertThat(WireHeaders.plain("a b")).isEqualTo("a%20b");
        assertThat(WireHeaders.plain("a%20b")).isEqualTo("a%2520b");
        assertThat(WireHeaders.plain("M\u00fc")).isEqualTo("M%c3%bc");
    }
}
