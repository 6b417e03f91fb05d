package io.eventbus.outbox.cli;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;

/** A driver for a database that nobody knows. */
final class StrangeDriver implements Driver, AutoCloseable {

    static StrangeDriver register() throws SQLException {
        StrangeDriver driver = new StrangeDriver();
        DriverManager.registerDriver(driver);
        return driver;
    }

    String url() {
        return "jdbc:strange:anywhere";
    }

    @Override
    public Connection connect(String url, Properties info) {
        if (!acceptsURL(url)) {
            return null;
        }
        DatabaseMetaData about = proxy(DatabaseMetaData.class, null);
        return proxy(Connection.class, about);
    }

    private static <T> T proxy(Class<T> type, DatabaseMetaData about) {
        return type.cast(Proxy.newProxyInstance(
                StrangeDriver.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("getMetaData")) {
                        return about;
                    }
                    Class<?> answer = method.getReturnType();
                    if (answer == boolean.class) {
                        return true;
                    }
                    if (answer == int.class) {
                        return Connection.TRANSACTION_READ_COMMITTED;
                    }
                    return answer == String.class ? "Strange" : null;
                }));
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith("jdbc:strange:");
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("no log");
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
    }
}
