package io.eventbus.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.Envelope;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {

    private static final Topic ORDERS = Topic.of("orders");

    private final ScriptedPublisher publisher = new ScriptedPublisher();
    private final List<OutboxRelay> relays = new ArrayList<>();
    private DataSource database;
    private Connection keeper;
    private Outbox outbox;

    DataSource database() throws SQLException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID());
        keeper = h2.getConnection();
        return h2;
    }

    @BeforeEach
    void open() throws SQLException {
        database = database();
        outbox = Outbox.open(database, config(Map.of("create-schema", "true", "shards", "4")));
    }

    @AfterEach
    void close() throws Exception {
        for (OutboxRelay relay : relays) {
            relay.close();
        }
        publisher.close();
        if (keeper != null) {
            keeper.close();
        }
    }

    @Test
    void whatIsCommittedIsPublishedOnceAndInTheOrderOfEachAggregate() throws Exception {
        relay("one", Map.of());
        for (int batch = 0; batch < 20; batch++) {
            append(events(batch * 100, 100, 7));
        }
        awaitAcknowledged(2_000);
        assertInOrder(2_000, 7);
        assertThat(publisher.attempted()).hasSize(2_000);
    }

    @Test
    void aRowThatIsCommittedAfterOnesWithHigherNumbersIsNotPassedOver() throws Exception {
        relay("one", Map.of());
        try (Connection early = begin();
                Connection late = begin()) {
            outbox.append(early, ORDERS, event("order-1", "early"));
            outbox.append(late, ORDERS, event("order-2", "late"));
            late.commit();
            awaitAcknowledged(1);
            outbox.append(late, ORDERS, event("order-2", "later"));
            late.commit();
            awaitAcknowledged(2);
            early.commit();
            awaitAcknowledged(3);
        }
        assertThat(ids()).containsExactly("late", "later", "early");
    }

    @Test
    void aNumberThatWasRolledBackHoldsNothingUpAndIsForgotten() throws Exception {
        OutboxRelay relay = relay("one", Map.of());
        try (Connection gone = begin()) {
            outbox.append(gone, ORDERS, events(0, 50, 5));
            append(List.of(event("order-1", "kept")));
            awaitAcknowledged(1);
            gone.rollback();
        }
        append(List.of(event("order-1", "next")));
        awaitAcknowledged(2);
        relay.close();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            relay("two", Map.of());
            append(List.of(event("order-1", UUID.randomUUID().toString())));
            Thread.sleep(3_000);
            relays.get(relays.size() - 1).close();
            assertThat(positions()).allSatisfy(position -> assertThat(position).doesNotContain(":"));
        });
    }

    @Test
    void aFailingAggregateWaitsAloneIsDeadAfterItsAttemptsAndComesInOrderWhenRequeued() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        publisher.answer(event -> {
            if ("order-3".equals(event.aggregateId())) {
                attempts.incrementAndGet();
                return Reason.UNAVAILABLE;
            }
            return null;
        });
        OutboxRelay relay = relay("one", Map.of("max-attempts", "4", "first-delay", "20ms", "longest-delay", "40ms"));
        append(events(0, 700, 7));
        awaitAcknowledged(600);
        await().atMost(Duration.ofSeconds(20)).until(() -> relay.dead() == 1);
        append(events(700, 70, 7));
        awaitAcknowledged(660);
        Thread.sleep(200);
        assertThat(attempts).hasValue(4);
        publisher.answer(event -> null);
        JdbcOutboxStore admin = store();
        assertThat(admin.requeue(List.of("e3"))).isEqualTo(1);
        awaitAcknowledged(770);
        assertInOrder(770, 7);
    }

    @Test
    void whatTheBrokerRefusesForGoodIsDeadAtOnce() throws Exception {
        publisher.answer(event -> event.eventId().equals("e1") ? Reason.TOO_LARGE : null);
        OutboxRelay relay = relay("one", Map.of());
        append(events(0, 30, 3));
        await().atMost(Duration.ofSeconds(20)).until(() -> relay.dead() == 1);
        awaitAcknowledged(20);
        assertThat(publisher.attempted().stream().filter(e -> e.eventId().equals("e1")))
                .hasSize(1);
    }

    @Test
    void nothingIsCountedWhileTheBrokerIsAwayAndEverythingComesAfterwards() throws Exception {
        publisher.answer(event -> Reason.DISCONNECTED);
        OutboxRelay relay = relay("one", Map.of("max-attempts", "2", "first-delay", "20ms", "longest-delay", "100ms"));
        append(events(0, 500, 9));
        Thread.sleep(1_500);
        int tried = publisher.attempted().size();
        assertThat(tried).isLessThan(9 + 60);
        assertThat(relay.dead()).isZero();
        publisher.answer(event -> null);
        awaitAcknowledged(500);
        assertInOrder(500, 9);
        assertThat(relay.dead()).isZero();
    }

    @Test
    void twoRelaysShareTheShardsAndPublishNothingTwiceWithoutACrash() throws Exception {
        relay("one", Map.of("lease", "600ms"));
        append(events(0, 500, 50));
        relay("two", Map.of("lease", "600ms"));
        for (int batch = 0; batch < 30; batch++) {
            append(events(500 + batch * 50, 50, 50));
            Thread.sleep(50);
        }
        awaitAcknowledged(2_000);
        assertInOrder(2_000, 50);
        assertThat(owners()).containsExactlyInAnyOrder("one", "one", "two", "two");
    }

    @Test
    void whatIsDoneIsRemoved() throws Exception {
        relay("one", Map.of("lease", "300ms"));
        append(events(0, 1_000, 10));
        awaitAcknowledged(1_000);
        await().atMost(Duration.ofSeconds(20)).until(() -> count("eventbus_outbox_event") == 0);
    }

    // ---- the pieces

    private OutboxRelay relay(String owner, Map<String, String> settings) throws SQLException {
        OutboxRelay relay =
                new OutboxRelay(owner, store(), publisher, config(settings).relay());
        relays.add(relay);
        relay.start();
        return relay;
    }

    private JdbcOutboxStore store() throws SQLException {
        try (Connection connection = database.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            TableNames tables = new TableNames("eventbus_outbox");
            return new JdbcOutboxStore(database, dialect, tables, new OutboxSchema(dialect, tables).read(connection));
        }
    }

    private void append(List<Envelope> events) throws SQLException {
        try (Connection transaction = begin()) {
            outbox.append(transaction, ORDERS, events);
            transaction.commit();
        }
    }

    private Connection begin() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private void awaitAcknowledged(int count) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> publisher.acknowledged().size() >= count);
        assertThat(publisher.acknowledged()).hasSize(count);
    }

    private List<String> ids() {
        return publisher.acknowledged().stream().map(Envelope::eventId).toList();
    }

    private void assertInOrder(int count, int aggregates) {
        Map<String, Integer> next = new HashMap<>();
        for (Envelope event : publisher.acknowledged()) {
            int number = Integer.parseInt(event.eventId().substring(1));
            Integer before = next.put(String.valueOf(event.aggregateId()), number);
            assertThat(number).isEqualTo(before == null ? number % aggregates : before + aggregates);
        }
        assertThat(new ConcurrentHashMap<>(next)).hasSize(Math.min(count, aggregates));
    }

    private List<String> positions() throws SQLException {
        return texts("select log_position from eventbus_outbox_shard");
    }

    private List<String> owners() throws SQLException {
        return texts("select owner from eventbus_outbox_shard");
    }

    private int count(String table) throws SQLException {
        return Integer.parseInt(texts("select count(*) from " + table).get(0));
    }

    private List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }

    private static OutboxConfig config(Map<String, String> settings) {
        Map<String, String> full = new HashMap<>();
        settings.forEach((key, value) -> full.put(OutboxConfig.PREFIX + key, value));
        return OutboxConfig.of(full, Map.of());
    }

    private static List<Envelope> events(int from, int count, int aggregates) {
        List<Envelope> events = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            events.add(event("order-" + i % aggregates, "e" + i));
        }
        return events;
    }

    private static Envelope event(String aggregate, String id) {
        return Envelope.builder("order.placed")
                .eventId(id)
                .aggregateId(aggregate)
                .payload("{}")
                .build();
    }
}
