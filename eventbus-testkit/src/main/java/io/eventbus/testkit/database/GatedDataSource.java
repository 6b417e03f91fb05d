package io.eventbus.testkit.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A source that refuses connections while its database is meant to be down, as a server that is gone does. */
final class GatedDataSource implements DataSource {

    /** The SQL standard's state for a client that cannot connect. */
    private static final String CANNOT_CONNECT = "08001";

    private final DataSource source;
    private final BooleanSupplier up;

    GatedDataSource(DataSource source, BooleanSupplier up) {
        this.source = source;
        this.up = up;
    }

    /** A way to open a connection. */
    private interface Opening {
        Connection open() throws SQLException;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return opened(source::getConnection);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return opened(() -> source.getConnection(user, password));
    }

    private Connection opened(Opening opening) throws SQLException {
        requireUp();
        Connection connection = opening.open();
        try {
            requireUp();
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private void requireUp() throws SQLException {
        if (!up.getAsBoolean()) {
            throw new SQLNonTransientConnectionException("The database is down", CANNOT_CONNECT);
        }
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(source) ? type.cast(source) : source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(source) || source.isWrapperFor(type);
    }
}
