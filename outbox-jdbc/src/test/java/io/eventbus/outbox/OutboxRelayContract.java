package io.eventbus.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.Envelope;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxFailure;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a relay over our own tables does, on any database. */
abstract class OutboxRelayContract {

    private static final Topic ORDERS = Topic.of("orders");

    private final ScriptedPublisher publisher = new ScriptedPublisher();
    private final List<OutboxRelay> relays = new ArrayList<>();
    private DataSource database;
    private Outbox outbox;

    /** An empty database of the test's own. */
    abstract DataSource freshDatabase() throws SQLException;

    @BeforeEach
    void open() throws SQLException {
        database = freshDatabase();
        outbox = Outbox.open(
                database, config(Map.of("create-schema", "true", "shards", "4", "slot-size", "1024", "slots", "4")));
    }

    @AfterEach
    void close() throws Exception {
        for (OutboxRelay relay : relays) {
            relay.close();
        }
        publisher.close();
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
    void eventsOfAnAggregateComeInTheOrderOfTheirCommitsWhicheverTransactionBeganFirstAndWhateverIsOpen()
            throws Exception {
        try (Connection setUp = begin();
                var statement = setUp.createStatement()) {
            statement.execute("create table other (id bigint not null primary key)");
            setUp.commit();
        }
        relay("one", Map.of());
        try (Connection second = begin();
                Connection open = begin()) {
            write(second, 1);
            write(open, 2);
            append(List.of(event("order-1", "first")));
            outbox.append(second, ORDERS, event("order-1", "second"));
            outbox.append(second, ORDERS, event("order-1", "third"));
            second.commit();
            awaitAcknowledged(3);
            assertThat(ids()).containsExactly("first", "second", "third");
            open.rollback();
        }
    }

    private static void write(Connection transaction, int id) throws SQLException {
        try (var statement = transaction.createStatement()) {
            statement.execute("insert into other (id) values (" + id + ")");
        }
    }

    @Test
    void manyWritersAndRollbacksLeaveNoEventOutAndNoAggregateOutOfOrder() throws Exception {
        relay("one", Map.of("lease", "600ms"));
        relay("two", Map.of("lease", "600ms"));
        AtomicInteger appended = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        Map<String, List<String>> committed = new ConcurrentHashMap<>();
        for (int writer = 0; writer < 4; writer++) {
            int number = writer;
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 100; round++) {
                    String aggregate = "order-" + number + "-" + round % 5;
                    List<Envelope> events = new ArrayList<>();
                    for (int i = 0; i < 1 + round % 3; i++) {
                        events.add(event(aggregate, UUID.randomUUID().toString()));
                    }
                    try (Connection transaction = begin()) {
                        outbox.append(transaction, ORDERS, events);
                        if (round % 4 == 3) {
                            transaction.rollback();
                        } else {
                            transaction.commit();
                            appended.addAndGet(events.size());
                            List<String> of = committed.computeIfAbsent(aggregate, key -> new ArrayList<>());
                            events.forEach(event -> of.add(event.eventId()));
                        }
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            writers.add(thread);
            thread.start();
        }
        for (Thread writer : writers) {
            writer.join(60_000);
        }
        awaitAcknowledged(appended.get());
        Map<String, List<String>> published = new HashMap<>();
        publisher
                .acknowledged()
                .forEach(event -> published
                        .computeIfAbsent(String.valueOf(event.aggregateId()), key -> new ArrayList<>())
                        .add(event.eventId()));
        assertThat(published).isEqualTo(committed);
    }

    @Test
    void aNumberThatWasRolledBackHoldsNothingUpAndIsForgotten() throws Exception {
        relay("one", Map.of("lease", "300ms"));
        try (Connection gone = begin()) {
            outbox.append(gone, ORDERS, events(0, 50, 5));
            append(List.of(event("order-1", "kept")));
            awaitAcknowledged(1);
            gone.rollback();
        }
        append(List.of(event("order-1", "next")));
        awaitAcknowledged(2);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(positions())
                        .allSatisfy(position ->
                                assertThat(position).doesNotContain(":").doesNotStartWith("0")));
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
        await().atMost(Duration.ofSeconds(20)).until(() -> relay.stats().dead() == 1);
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
        await().atMost(Duration.ofSeconds(20)).until(() -> relay.stats().dead() == 1);
        awaitAcknowledged(20);
        assertThat(publisher.attempted().stream().filter(e -> e.eventId().equals("e1")))
                .hasSize(1);
    }

    @Test
    void nothingIsCountedWhileTheBrokerIsAwayAndEverythingComesAfterwards() throws Exception {
        publisher.answer(event -> Reason.DISCONNECTED);
        OutboxRelay relay = relay("one", Map.of("max-attempts", "2", "first-delay", "20ms", "longest-delay", "100ms"));
        long begun = System.nanoTime();
        append(events(0, 500, 9));
        await().atMost(Duration.ofSeconds(30)).until(() -> publisher.attempted().size() > 9 + 15);
        int tried = publisher.attempted().size();
        // One of each aggregate, four probes while the delay grows, and then one in 50 ms at most: the delay less its
        // spread.
        assertThat((long) tried).isLessThanOrEqualTo(9 + 4 + 1 + (System.nanoTime() - begun) / 50_000_000);
        assertThat(relay.stats().dead()).isZero();
        publisher.answer(event -> null);
        awaitAcknowledged(500);
        assertInOrder(500, 9);
        assertThat(relay.stats().dead()).isZero();
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
        append(events(0, 8_000, 10));
        awaitAcknowledged(8_000);
        // Where slots of 1,024 are emptied as a whole, the one that is written to stays, and held two rounds.
        await().atMost(Duration.ofSeconds(30)).until(() -> count("eventbus_outbox_event") <= 2 * 1_024);
    }

    @Test
    void whatFailedAboveAnOpenEventIsNotReadAgainByTheNextOwner() throws Exception {
        Shards shards = new Shards(4);
        Envelope open = event("order-0", "open");
        Envelope failing = unkeyed("failing");
        for (int i = 1; shards.of(failing) != shards.of(open); i++) {
            failing = unkeyed("failing-" + i);
        }
        append(List.of(open, failing));
        Duration lease = Duration.ofMillis(300);
        JdbcOutboxStore first = store();
        List<LogRow> claimed = first.claim("first", 10, 1_000, lease);
        assertThat(claimed).extracting(row -> row.envelope().eventId()).containsExactly("open", failing.eventId());
        first.fail("first", List.of(new OutboxFailure(claimed.get(1), "no", Duration.ZERO)));
        JdbcOutboxStore second = store();
        List<LogRow> again = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            List<LogRow> now = second.claim("second", 10, 1_000, lease);
            again.addAll(now);
            second.acknowledge("second", now);
            return again.size() >= 2;
        });
        second.renew("second", List.of(), lease);
        assertThat(second.claim("second", 10, 1_000, lease)).isEmpty();
        assertThat(again)
                .extracting(row -> row.envelope().eventId())
                .containsExactlyInAnyOrder("open", failing.eventId());
        assertThat(count("eventbus_outbox_waiting")).isZero();
    }

    private static Envelope unkeyed(String id) {
        return Envelope.builder("order.counted").eventId(id).payload("{}").build();
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
