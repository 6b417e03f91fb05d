package io.eventbus.testkit.database;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** MariaDB by its own driver. */
final class MariaDbClient implements SqlClient {

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.MARIADB;
    }

    @Override
    public String driverClass() {
        return "org.mariadb.jdbc.Driver";
    }

    @Override
    public String driverArtifact() {
        return "org.mariadb.jdbc:mariadb-java-client";
    }

    @Override
    public DataSource dataSource(JdbcAddress address) throws SQLException {
        MariaDbDataSource source = new MariaDbDataSource(address.url());
        if (!address.user().isEmpty()) { // else the URL says who
            source.setUser(address.user());
            source.setPassword(address.password());
        }
        return source;
    }

    @Override
    public List<String> create(String name) {
        return MySqlClient.creating(name);
    }

    @Override
    public List<String> drop(String name) {
        return MySqlClient.dropping(name);
    }

    @Override
    public boolean isThisKind(String product, String version) {
        return product.equals("MariaDB");
    }
}
