package io.eventbus.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxAdminTest {

    private static final OutboxConfig CONFIG = OutboxConfig.of(
            Map.of("eventbus.outbox.create-schema", "true", "eventbus.outbox.shards", "4"),
            Map.of("EVENTBUS_OUTBOX_URL", "jdbc:x", "EVENTBUS_OUTBOX_USER", "x", "EVENTBUS_OUTBOX_PASSWORD", "x"));

    private final JdbcDataSource database = new JdbcDataSource();
    private final Dialect dialect = new H2Dialect();
    private final TableNames tables = new TableNames("eventbus_outbox");
    private final WaitingTable waiting = new WaitingTable(tables, dialect);
    private final Shards shards = new Shards(4);
    private Connection keeper;
    private Outbox outbox;
    private OutboxAdmin admin;

    @BeforeEach
    void open() throws SQLException {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID());
        keeper = database.getConnection();
        outbox = Outbox.open(database, CONFIG);
        admin = OutboxAdmin.open(database, CONFIG);
        keeper.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        keeper.close();
    }

    @Test
    void theTablesAreMadeOnceWhenAsked() throws SQLException {
        OutboxConfig other = OutboxConfig.of(Map.of("eventbus.outbox.table-prefix", "other"), Map.of());
        assertThat(OutboxAdmin.create(database, other)).isTrue();
        assertThat(OutboxAdmin.create(database, other)).isFalse();
        assertThat(OutboxAdmin.open(database, other).shards()).hasSize(16);
    }

    @Test
    void aFilterMeansTheEventsForWhichAllOfItHolds() throws SQLException {
        dead(1, "order-1", "orders", "order.placed", "100% of it was REFUSED");
        dead(2, "order-2", "orders", "order.paid", "too large");
        dead(3, "order-3", "bills", "order.placed", "1000 refused");
        assertThat(ids(DeadFilter.ALL)).containsExactly("e1", "e2", "e3");
        assertThat(ids(DeadFilter.ofAggregate("order-2"))).containsExactly("e2");
        assertThat(ids(new DeadFilter(null, "orders", null, null))).containsExactly("e1", "e2");
        assertThat(ids(new DeadFilter(null, "orders", "order.placed", null))).containsExactly("e1");
        assertThat(ids(new DeadFilter(null, null, null, "Refused"))).containsExactly("e1", "e3");
        assertThat(ids(new DeadFilter(null, null, null, "100%"))).containsExactly("e1");
        assertThat(ids(new DeadFilter(null, null, null, "1__"))).isEmpty();
        assertThat(ids(new DeadFilter(null, null, null, "!"))).isEmpty();
        assertThat(admin.deadCount(new DeadFilter(null, "orders", null, null))).isEqualTo(2);
        assertThat(admin.dead(DeadFilter.ALL, 1, 1))
                .extracting(DeadEvent::number)
                .containsExactly(2L);
    }

    @Test
    void whatIsMeantIsRequeuedOrDiscardedAndNothingElse() throws SQLException {
        dead(1, "order-1", "orders", "order.placed", "refused");
        dead(2, "order-2", "orders", "order.paid", "refused");
        dead(3, "order-3", "bills", "order.paid", "refused");
        assertThat(admin.requeue(new DeadFilter(null, "bills", null, null))).isEqualTo(1);
        assertThat(ids(DeadFilter.ALL)).containsExactly("e1", "e2");
        assertThat(admin.discard(new DeadFilter(null, null, "order.paid", null)))
                .isEqualTo(1);
        assertThat(admin.requeue(List.of("e1", "e3", "none"))).isEqualTo(1);
        assertThat(admin.waiting()).isEqualTo(new OutboxAdmin.Waiting(2, 0, 0));
        assertThat(admin.discard(DeadFilter.ALL)).isZero();
    }

    @Test
    void whatStoodBehindADiscardedEventComesFirst() throws SQLException {
        dead(1, "order-1", "orders", "order.placed", "refused");
        waiting.appendBehind(keeper, List.of(row(2, event("order-1", "e2"), "orders")));
        waiting.appendBehind(keeper, List.of(row(3, event("order-1", "e3"), "orders")));
        keeper.commit();
        assertThat(admin.dead(0, 10))
                .singleElement()
                .satisfies(dead -> assertThat(dead.behind()).isEqualTo(2));
        assertThat(admin.discard(List.of("e1"))).isEqualTo(1);
        assertThat(admin.waiting()).isEqualTo(new OutboxAdmin.Waiting(1, 0, 1));
    }

    @Test
    void anEventThatIsPutBehindOneThatWasDiscardedMeanwhileWaitsForNothing() throws Exception {
        dead(1, "order-1", "orders", "order.placed", "refused");
        lockShardOf("order-1");
        assertThat(waiting.blocked(keeper, List.of("order-1"))).containsExactly("order-1");
        keeper.rollback();
        assertThat(admin.discard(List.of("e1"))).isEqualTo(1);
        waiting.appendBehind(keeper, List.of(row(2, event("order-1", "e2"), "orders")));
        keeper.commit();
        assertThat(admin.waiting()).isEqualTo(new OutboxAdmin.Waiting(1, 0, 0));
    }

    @Test
    void aDiscardWaitsForTheTransactionOfTheRelayAndSeesWhatItPutBehind() throws Exception {
        dead(1, "order-1", "orders", "order.placed", "refused");
        lockShardOf("order-1");
        waiting.appendBehind(keeper, List.of(row(2, event("order-1", "e2"), "orders")));
        CountDownLatch done = new CountDownLatch(1);
        Thread discarding = new Thread(() -> {
            try {
                admin.discard(List.of("e1"));
                done.countDown();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        discarding.start();
        assertThat(done.await(300, TimeUnit.MILLISECONDS)).isFalse();
        keeper.commit();
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(admin.waiting()).isEqualTo(new OutboxAdmin.Waiting(1, 0, 0));
    }

    @Test
    void theBacklogIsWhatThePositionsDoNotCover() throws SQLException {
        assertThat(admin.backlog()).isEqualTo(new Backlog(0, null, null));
        Instant now = Instant.now();
        outbox.append(
                keeper,
                Topic.of("orders"),
                List.of(
                        at("a", now.minusSeconds(5_000)),
                        at("b", now.minusSeconds(3_000)),
                        at("c", now.minusSeconds(1_000))));
        keeper.commit();
        assertBacklog(3, 5_000);
        position("1");
        assertBacklog(2, 3_000);
        position("3:2");
        assertBacklog(1, 3_000);
        position("3");
        assertThat(admin.backlog()).isEqualTo(new Backlog(0, null, null));
        dead(4, "order-1", "orders", "order.placed", "refused");
        assertThat(admin.backlog().oldestWaitingAge())
                .isBetween(Duration.between(Instant.EPOCH, now), Duration.between(Instant.EPOCH, now.plusSeconds(600)));
    }

    private void assertBacklog(long atMost, long oldestSeconds) throws SQLException {
        Backlog backlog = admin.backlog();
        assertThat(backlog.atMost()).isEqualTo(atMost);
        assertThat(Objects.requireNonNull(backlog.oldestAge()))
                .isBetween(Duration.ofSeconds(oldestSeconds - 1), Duration.ofSeconds(oldestSeconds + 600));
    }

    private void position(String text) throws SQLException {
        try (PreparedStatement update = keeper.prepareStatement("update eventbus_outbox_shard set log_position = ?")) {
            update.setString(1, text);
            update.executeUpdate();
        }
        keeper.commit();
    }

    private void lockShardOf(String aggregate) throws SQLException {
        try (PreparedStatement update =
                keeper.prepareStatement("update eventbus_outbox_shard set epoch = epoch + 1 where shard = ?")) {
            update.setInt(1, shards.of(event(aggregate, "any")));
            update.executeUpdate();
        }
    }

    private void dead(long number, String aggregate, String topic, String type, String reason) throws SQLException {
        Envelope event = event(aggregate, "e" + number);
        Envelope typed = Envelope.builder(type)
                .eventId(event.eventId())
                .aggregateId(aggregate)
                .timestamp(Instant.EPOCH)
                .build();
        waiting.failed(keeper, new OutboxFailure(row(number, typed, topic), reason, Duration.ZERO), true);
        keeper.commit();
    }

    private LogRow row(long number, Envelope event, String topic) {
        return new LogRow(number, shards.of(event), 0, Topic.of(topic), event, 0, false);
    }

    private List<String> ids(DeadFilter filter) throws SQLException {
        return admin.dead(filter, 0, 100).stream()
                .map(dead -> dead.envelope().eventId())
                .toList();
    }

    private static Envelope event(String aggregate, String id) {
        return Envelope.builder("order.placed")
                .eventId(id)
                .aggregateId(aggregate)
                .build();
    }

    private static Envelope at(String id, Instant time) {
        return Envelope.builder("order.placed")
                .eventId(id)
                .aggregateId("order-1")
                .timestamp(time)
                .build();
    }
}
