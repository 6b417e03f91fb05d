package io.eventbus.testkit.database;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * What is particular to one kind of server: its driver and the SQL around databases. Drivers are optional dependencies; a class of one
 * is loaded only after {@link #requireDriver()}.
 */
interface SqlClient {

    DatabaseKind kind();

    /** The class and the artifact of the driver. */
    String driverClass();

    String driverArtifact();

    /** The driver's own source of connections, one physical connection a call. */
    DataSource dataSource(JdbcAddress address) throws SQLException;

    /** Statements that make an empty database. */
    List<String> create(String name);

    /** Statements that remove a database, waiting for nobody for long. */
    List<String> drop(String name);

    /** Whether a server that answers is of this kind; some drivers also talk to others. */
    boolean isThisKind(String product, String version);

    default void requireDriver() throws IOException {
        try {
            Class.forName(driverClass(), false, SqlClient.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException("the driver " + driverArtifact() + " is not on the class path", e);
        }
    }

    /** The version the server tells; fails while it does not answer, or if it is of another kind. */
    default String version(JdbcAddress address) throws IOException {
        try (Connection connection = dataSource(address).getConnection()) {
            DatabaseMetaData about = connection.getMetaData();
            String version = about.getDatabaseProductVersion();
            if (!isThisKind(about.getDatabaseProductName(), version)) {
                throw new IOException(about.getDatabaseProductName() + " " + version + " answers there, not " + kind());
            }
            return version;
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
