package io.eventbus.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Payload;
import io.eventbus.api.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The write side of an outbox: events become rows in the caller's own transaction. If it is rolled back, there never were any; if it is committed, each is
 * published at least once, those of an aggregate in the order in which they were appended.
 *
 * <p>Order: the events of an aggregate are published in the order of their appending, if each was appended after the transaction of the one before had
 * committed. Whoever locks or versions the aggregate's row, as the order of its changes requires anyway, has that for nothing.
 *
 * <p>Concurrency: safe from any thread; it keeps no connection and no state beside the settings.
 */
public final class Outbox {

    private static final int ROWS_A_STATEMENT = 500;

    private final OutboxConfig config;
    private final TableNames tables;
    private final Shards shards;

    private Outbox(OutboxConfig config, TableNames tables, Shards shards) {
        this.config = config;
        this.tables = tables;
        this.shards = shards;
    }

    /**
     * The outbox whose tables are in a database; made first, if the configuration says so and they are not there.
     *
     * @throws io.eventbus.api.ConfigurationException if the database is not supported, or its tables are missing or of another version
     * @throws SQLException if the database cannot be asked
     */
    public static Outbox open(DataSource database, OutboxConfig config) throws SQLException {
        try (Session session = Session.open(database)) {
            Connection connection = session.connection();
            TableNames tables = new TableNames(config.tablePrefix());
            OutboxSchema schema = new OutboxSchema(Dialect.of(connection), tables);
            if (config.createSchema() && !schema.exists(connection)) {
                schema.create(connection, config.schema());
                session.commit();
            }
            return new Outbox(config, tables, new Shards(schema.read(connection).shards()));
        }
    }

    /** Appends one event, see {@link #append(Connection, Topic, List)}. */
    public void append(Connection transaction, Topic topic, Envelope event) throws SQLException {
        append(transaction, topic, List.of(event));
    }

    /**
     * Appends events within the caller's transaction. Everything is checked before the database is asked for anything, so that the transaction can go on
     * after an {@link InvalidInputException}.
     *
     * @param transaction not in auto-commit mode; it is neither committed nor closed here
     * @param topic where the events are to be published
     * @param events in the order in which they are to be published; empty does nothing
     * @throws InvalidInputException if the connection is in auto-commit mode, an event id stands twice among them, or an event is larger than configured
     * @throws SQLException what the database said; whether the transaction can go on is up to it
     */
    public void append(Connection transaction, Topic topic, List<Envelope> events) throws SQLException {
        check(transaction, events);
        for (int from = 0; from < events.size(); from += ROWS_A_STATEMENT) {
            insert(transaction, topic, events.subList(from, Math.min(events.size(), from + ROWS_A_STATEMENT)));
        }
    }

    private void check(Connection transaction, Collection<Envelope> events) throws SQLException {
        Set<String> ids = new HashSet<>();
        for (Envelope event : events) {
            if (!ids.add(event.eventId())) {
                throw new InvalidInputException("event id " + event.eventId()
                        + " stands twice in one append; give each event an id of its own");
            }
            Payload payload = event.payload();
            long size = (payload == null ? 0 : payload.size())
                    + (long) event.headers().length();
            if (size > config.maxEventBytes()) {
                throw new InvalidInputException("event " + event.eventId() + " has " + size
                        + " bytes of payload and headers, the limit is " + config.maxEventBytes()
                        + "; make it smaller, or raise eventbus.outbox.max-event-bytes if the broker takes more");
            }
        }
        if (transaction.getAutoCommit()) {
            throw new InvalidInputException(
                    "the connection is in auto-commit mode, so the events would be there whatever becomes of the change they"
                            + " tell of; append within the transaction of the change");
        }
    }

    private void insert(Connection transaction, Topic topic, List<Envelope> events) throws SQLException {
        String sql = "insert into " + tables.events() + " (" + Columns.NAMES + ") values "
                + String.join(", ", Collections.nCopies(events.size(), Columns.PARAMETERS));
        try (PreparedStatement statement = transaction.prepareStatement(sql)) {
            int index = 1;
            for (Envelope event : events) {
                index = Columns.set(statement, index, shards.of(event), topic, event);
            }
            statement.executeUpdate();
        }
    }
}
