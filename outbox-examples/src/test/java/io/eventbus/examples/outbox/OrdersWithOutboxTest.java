package io.eventbus.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.eventbus.api.Envelope;
import io.eventbus.api.InvalidInputException;
import io.eventbus.outbox.Outbox;
import io.eventbus.outbox.OutboxConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the outbox does for orders, whatever tool keeps them. A subclass brings the tool and, if it is to be another than H2, the database. */
public abstract class OrdersWithOutboxTest {

    private static final int THREADS = 4;
    private static final int CHANGES_A_THREAD = 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private DataSource database;
    private Shop shop;

    /** The orders with the tool. */
    protected abstract Shop open(DataSource database, Outbox outbox) throws SQLException;

    /** An empty database, the same as long as the test runs. */
    protected DataSource database() {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
        return h2;
    }

    @BeforeEach
    void open() throws SQLException, IOException {
        database = database();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                InputStream table = Orders.class.getResourceAsStream("orders.sql")) {
            statement.execute(new String(table.readAllBytes(), StandardCharsets.UTF_8));
        }
        OutboxConfig config = OutboxConfig.of(Map.of("eventbus.outbox.create-schema", "true"), Map.of());
        shop = open(database, Outbox.open(database, config));
    }

    @AfterEach
    void close() {
        if (shop != null) {
            shop.close();
        }
    }

    @Test
    void whatIsCommittedIsThereWithOneEventForEachChange() throws SQLException {
        shop.inTransaction(counter -> counter.orders().place(Order.placed("order-1", "Ada \"the first\"", 4_200)));
        shop.inTransaction(counter -> counter.orders().change("order-1", 3_900));
        shop.inTransaction(counter -> counter.orders().cancel("order-1"));

        assertThat(orders())
                .containsExactly(new Order("order-1", "Ada \"the first\"", 3_900, Order.State.CANCELLED, 2));
        assertThat(events())
                .containsExactly(
                        new Event(
                                "order-1", 0, "OrderPlaced", "{\"customer\":\"Ada \\\"the first\\\"\",\"cents\":4200}"),
                        new Event("order-1", 1, "OrderChanged", "{\"cents\":3900}"),
                        new Event("order-1", 2, "OrderCancelled", "{}"));
    }

    @Test
    void theChangesOfOneTransactionAreThereTogetherAndInTheirOrder() throws SQLException {
        shop.inTransaction(counter -> {
            counter.orders().place(Order.placed("order-1", "Ada", 100));
            counter.orders().place(Order.placed("order-2", "Bob", 200));
            counter.orders().change("order-1", 101);
            assertThat(counter.orders().find("order-1"))
                    .contains(new Order("order-1", "Ada", 101, Order.State.PLACED, 1));
            assertThat(events()).as("seen by others before the commit").isEmpty();
        });

        assertThat(orders()).extracting(Order::cents).containsExactly(101L, 200L);
        assertThat(events())
                .extracting(Event::aggregate, Event::type)
                .containsExactly(
                        tuple("order-1", "OrderPlaced"),
                        tuple("order-2", "OrderPlaced"),
                        tuple("order-1", "OrderChanged"));
    }

    @Test
    void whatIsRolledBackLeavesNeitherChangeNorEvent() throws SQLException {
        shop.inTransaction(counter -> counter.orders().place(Order.placed("kept", "Ada", 100)));
        RuntimeException failure = new IllegalStateException("the payment was refused");

        assertThatThrownBy(() -> shop.inTransaction(counter -> {
                    counter.orders().place(Order.placed("order-1", "Bob", 200));
                    counter.orders().change("kept", 101);
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(orders()).containsExactly(Order.placed("kept", "Ada", 100));
        assertThat(events()).extracting(Event::aggregate, Event::type).containsExactly(tuple("kept", "OrderPlaced"));
    }

    @Test
    void aStatementThatFailsAfterTheAppendTakesTheEventAlong() throws SQLException {
        shop.inTransaction(counter -> counter.orders().place(Order.placed("taken", "Ada", 100)));

        assertThatThrownBy(() -> shop.inTransaction(counter -> {
                    counter.orders().place(Order.placed("order-1", "Bob", 200));
                    counter.orders().place(Order.placed("taken", "Bob", 200));
                }))
                .hasStackTraceContaining("SQL");

        assertThat(orders()).containsExactly(Order.placed("taken", "Ada", 100));
        assertThat(events()).extracting(Event::aggregate).containsExactly("taken");
    }

    @Test
    void afterTheOutboxRefusedEventsTheTransactionGoesOn() throws SQLException {
        Envelope twice = OrderEvents.placed(Order.placed("refused", "Ada", 100));

        shop.inTransaction(counter -> {
            counter.orders().place(Order.placed("before", "Ada", 100));
            assertThatThrownBy(() -> counter.lent().append(List.of(twice, twice)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("stands twice");
            counter.orders().place(Order.placed("after", "Ada", 100));
        });

        assertThat(orders()).extracting(Order::id).containsExactly("after", "before");
        assertThat(events()).extracting(Event::aggregate).containsExactly("before", "after");
    }

    @Test
    void anEventThatCannotBeMadeLeavesNoOrderBehind() throws SQLException {
        assertThatThrownBy(
                        () -> shop.inTransaction(counter -> counter.orders().place(Order.placed("order\n1", "Ada", 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("control character");

        assertThat(orders()).isEmpty();
        assertThat(events()).isEmpty();
    }

    @Test
    void aChangeToTheSameKeepsVersionsAndEventsInStep() throws SQLException {
        shop.inTransaction(counter -> counter.orders().place(Order.placed("order-1", "Ada", 100)));
        shop.inTransaction(counter -> counter.orders().change("order-1", 100));
        shop.inTransaction(counter -> counter.orders().change("order-1", 101));

        int version = orders().get(0).version();
        assertThat(events())
                .extracting(Event::version)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, version).boxed().toList());
    }

    @Test
    void eventsAppendedOnTheLentConnectionArePartOfTheTransaction() throws SQLException {
        Envelope event = OrderEvents.placed(Order.placed("lent", "Ada", 100));
        RuntimeException failure = new IllegalStateException();

        assertThatThrownBy(() -> shop.inTransaction(counter -> {
                    counter.lent().append(List.of(event));
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(events()).isEmpty();

        shop.inTransaction(counter -> counter.lent().append(List.of(event)));
        assertThat(events()).extracting(Event::aggregate).containsExactly("lent");
    }

    @Test
    void whereNobodyBeganATransactionThereIsNoOrderWithoutItsEvent() throws SQLException {
        assertThatCode(() ->
                        shop.withoutTransaction(counter -> counter.orders().place(Order.placed("order-1", "Ada", 1))))
                .satisfiesAnyOf(
                        failure -> assertThat(failure).isNull(),
                        failure -> assertThat(failure).hasMessageContaining("transaction"));

        List<String> told = events().stream().map(Event::aggregate).toList();
        assertThat(orders()).extracting(Order::id).containsExactlyElementsOf(told);
    }

    @Test
    void changesAtTheSameTimeLeaveOneEventAVersionInOrder() throws Exception {
        shop.inTransaction(counter -> counter.orders().place(Order.placed("order-1", "Ada", 0)));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = 1 + thread * CHANGES_A_THREAD;
                done.add(threads.submit(() -> changeOften(first)));
            }
            for (Future<?> each : done) {
                each.get(LIMIT.toSeconds() + 30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        int changes = THREADS * CHANGES_A_THREAD;
        assertThat(orders()).extracting(Order::version).containsExactly(changes);
        assertThat(events())
                .extracting(Event::version)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, changes).boxed().toList());
    }

    /** Changes the order to one price after another; a change that is turned down, since another came first, is tried again. */
    private Void changeOften(int first) throws SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (int i = 0; i < CHANGES_A_THREAD; i++) {
            int cents = first + i;
            for (boolean changed = false; !changed; ) {
                try {
                    shop.inTransaction(counter -> counter.orders().change("order-1", cents));
                    changed = true;
                } catch (RuntimeException e) {
                    if (System.nanoTime() - deadline > 0) {
                        throw e;
                    }
                }
            }
        }
        return null;
    }

    protected final Shop shop() {
        return shop;
    }

    /** All orders that were committed, by id. */
    protected final List<Order> orders() throws SQLException {
        List<Order> found = new ArrayList<>();
        query(
                "select id, customer, cents, state, version from orders order by id",
                row -> found.add(new Order(
                        row.getString("id"),
                        row.getString("customer"),
                        row.getLong("cents"),
                        Order.State.valueOf(row.getString("state")),
                        row.getInt("version"))));
        return found;
    }

    /** All events that were committed, in the order in which they were appended. */
    protected final List<Event> events() throws SQLException {
        List<Event> found = new ArrayList<>();
        query(
                "select topic, aggregate_id, event_version, event_type, content_type, payload from eventbus_outbox_event order by id",
                row -> {
                    assertThat(row.getString("topic")).isEqualTo("orders");
                    assertThat(row.getString("content_type")).isEqualTo(Envelope.JSON);
                    found.add(new Event(
                            row.getString("aggregate_id"),
                            row.getInt("event_version"),
                            row.getString("event_type"),
                            new String(row.getBytes("payload"), StandardCharsets.UTF_8)));
                });
        return found;
    }

    private void query(String sql, RowReader reader) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                reader.read(row);
            }
        }
    }

    private interface RowReader {

        void read(ResultSet row) throws SQLException;
    }

    /** An event in the table of the outbox. */
    protected record Event(String aggregate, int version, String type, String payload) {}
}
