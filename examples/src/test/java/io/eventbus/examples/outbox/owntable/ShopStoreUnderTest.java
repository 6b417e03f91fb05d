package io.eventbus.examples.outbox.owntable;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxStore;
import io.eventbus.testkit.outbox.StoreUnderTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** The shop's store, for the kit, on any database that understands its table. */
class ShopStoreUnderTest implements StoreUnderTest {

    private final DataSource database;
    private final Connection keeper;

    ShopStoreUnderTest(DataSource database) throws SQLException {
        this.database = database;
        this.keeper = database.getConnection();
        ShopTable.drop(keeper);
        ShopTable.create(keeper);
    }

    @Override
    public OutboxStore open() {
        return new ShopStore(database);
    }

    @Override
    public Transaction begin() throws SQLException {
        return begin(false);
    }

    final Transaction begin(boolean autoCommit) throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(autoCommit);
        return new JdbcTransaction(connection);
    }

    @Override
    public long rowsLeft() throws SQLException {
        return ShopTable.unpublished(keeper);
    }

    @Override
    public void close() throws SQLException {
        try (keeper) {
            ShopTable.drop(keeper);
        }
    }

    final DataSource database() {
        return database;
    }

    private record JdbcTransaction(Connection connection) implements Transaction {

        @Override
        public void append(Topic topic, List<Envelope> events) throws SQLException {
            ShopTable.append(connection, topic, events);
        }

        @Override
        public void commit() throws SQLException {
            try (connection) {
                connection.commit();
            }
        }

        @Override
        public void rollback() throws SQLException {
            try (connection) {
                connection.rollback();
            }
        }
    }
}
