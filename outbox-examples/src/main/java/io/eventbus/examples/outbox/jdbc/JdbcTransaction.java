package io.eventbus.examples.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A transaction on a connection of its own: committed if its work returns, rolled back if it throws. */
public final class JdbcTransaction {

    private JdbcTransaction() {}

    /** Runs work in a transaction. */
    public static void run(DataSource database, Work work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                work.run(connection);
                connection.commit();
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** What is done in a transaction. */
    @FunctionalInterface
    public interface Work {

        /** Does it on the connection of the transaction. */
        void run(Connection connection) throws SQLException;
    }
}
