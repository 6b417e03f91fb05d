package io.eventbus.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.Envelope;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Topic;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxAppendTest {

    private static final Topic ORDERS = Topic.of("orders");

    private final JdbcDataSource database = new JdbcDataSource();
    private Connection keeper;
    private Outbox outbox;

    @BeforeEach
    void open() throws SQLException {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID());
        keeper = database.getConnection();
        outbox = Outbox.open(database, config(Map.of("eventbus.outbox.create-schema", "true")));
    }

    @AfterEach
    void close() throws SQLException {
        keeper.close();
    }

    @Test
    void whatIsCommittedIsThereAsItWasAndInItsOrder() throws SQLException {
        List<Envelope> events = new ArrayList<>();
        for (int i = 0; i < 1_234; i++) {
            events.add(event("order-" + i % 7, "e" + i));
        }
        try (Connection transaction = begin()) {
            outbox.append(transaction, ORDERS, events);
            transaction.commit();
        }
        assertThat(rows()).containsExactlyElementsOf(events);
    }

    @Test
    void whatIsRolledBackIsNotThere() throws SQLException {
        try (Connection transaction = begin()) {
            outbox.append(transaction, ORDERS, event("order-1", "e1"));
            transaction.rollback();
        }
        assertThat(rows()).isEmpty();
    }

    @Test
    void anEventIdStandsOnceInAnAppendAndTheTransactionGoesOnAfterTheRefusal() throws SQLException {
        try (Connection transaction = begin()) {
            outbox.append(transaction, ORDERS, event("order-1", "before"));
            assertThatThrownBy(() -> outbox.append(
                            transaction, ORDERS, List.of(event("order-1", "twice"), event("order-2", "twice"))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("event id twice stands twice");
            outbox.append(transaction, ORDERS, event("order-1", "after"));
            transaction.commit();
        }
        assertThat(rows()).extracting(Envelope::eventId).containsExactly("before", "after");
    }

    @Test
    void anAppendOutsideATransactionIsRefused() throws SQLException {
        assertThatThrownBy(() -> outbox.append(keeper, ORDERS, event("order-1", "e1")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("auto-commit");
        assertThat(rows()).isEmpty();
    }

    @Test
    void anEventThatIsTooLargeIsRefusedByName() throws SQLException {
        Outbox small = Outbox.open(database, config(Map.of("eventbus.outbox.max-event-bytes", "10")));
        try (Connection transaction = begin()) {
            assertThatThrownBy(() -> small.append(
                            transaction,
                            ORDERS,
                            event("order-1", "large").toBuilder()
                                    .payload("12345678901")
                                    .build()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("event large has")
                    .hasMessageContaining("max-event-bytes");
        }
    }

    @Test
    void missingTablesAndTablesOfAnotherVersionAreErrorsThatSaySo() throws SQLException {
        assertThatThrownBy(() -> Outbox.open(database, config(Map.of("eventbus.outbox.table-prefix", "other"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("there is no table other_meta");
        try (Statement statement = keeper.createStatement()) {
            statement.execute("update eventbus_outbox_meta set version = 99");
        }
        assertThatThrownBy(() -> Outbox.open(database, config(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("version 99")
                .hasMessageContaining("use a newer program");
    }

    private Connection begin() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private List<Envelope> rows() throws SQLException {
        List<Envelope> found = new ArrayList<>();
        try (Statement statement = keeper.createStatement();
                ResultSet row = statement.executeQuery("select * from eventbus_outbox_event order by id")) {
            while (row.next()) {
                assertThat(Columns.topic(row)).isEqualTo(ORDERS);
                found.add(Columns.event(row));
            }
        }
        return found;
    }

    private static OutboxConfig config(Map<String, String> settings) {
        return OutboxConfig.of(settings, Map.of());
    }

    private static Envelope event(String aggregate, String id) {
        return Envelope.builder("order.placed")
                .eventId(id)
                .aggregateId(aggregate)
                .eventVersion(3)
                .timestamp(Instant.parse("1969-12-31T23:59:59.000001Z"))
                .traceId("trace")
                .header("X-Tenant-ID", "a\\b\nc\0d ü")
                .payload("{}")
                .build();
    }
}
