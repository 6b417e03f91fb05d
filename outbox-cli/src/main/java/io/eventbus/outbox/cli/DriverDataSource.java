package io.eventbus.outbox.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Locale;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A connection for each question, from whichever driver knows the URL. */
final class DriverDataSource implements DataSource {

    private final String url;
    private final Properties properties = new Properties();

    /**
     * The database behind a URL.
     *
     * @param mayMake whether H2 may make a database that is not there, as it does by itself; otherwise a wrong path is an error
     */
    DriverDataSource(String url, @Nullable String user, @Nullable String password, boolean mayMake) {
        this.url = url;
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        if (!mayMake
                && url.startsWith("jdbc:h2:")
                && !url.toUpperCase(Locale.ROOT).contains(";IFEXISTS=")) {
            properties.setProperty("IFEXISTS", "TRUE");
        }
    }

    /**
     * Looks whether there is a connection at all.
     *
     * @throws UnreachableException if there is not
     */
    void check() {
        String kind = Secrets.kind(url);
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new UnreachableException(
                    "there is no driver for URLs that begin with " + kind
                            + "; they begin with jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql: or jdbc:h2:",
                    e);
        }
        try {
            getConnection().close();
        } catch (SQLException e) {
            throw new UnreachableException(
                    "the database at " + kind + "… cannot be reached; look at --url, --user and the password: "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
        throw new SQLFeatureNotSupportedException("there is no log");
    }

    @Override
    public void setLoginTimeout(int seconds) {
        DriverManager.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() {
        return DriverManager.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("there is no log");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (!isWrapperFor(type)) {
            throw new SQLException("this is no " + type.getName());
        }
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
