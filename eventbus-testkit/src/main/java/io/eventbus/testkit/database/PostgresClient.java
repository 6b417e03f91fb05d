package io.eventbus.testkit.database;

import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL by its own driver. */
final class PostgresClient implements SqlClient {

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.POSTGRES;
    }

    @Override
    public String driverClass() {
        return "org.postgresql.Driver";
    }

    @Override
    public String driverArtifact() {
        return "org.postgresql:postgresql";
    }

    @Override
    public DataSource dataSource(JdbcAddress address) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.url());
        if (!address.user().isEmpty()) { // else the URL says who
            source.setUser(address.user());
            source.setPassword(address.password());
        }
        return source;
    }

    @Override
    public List<String> create(String name) {
        return List.of("CREATE DATABASE " + name);
    }

    @Override
    public List<String> drop(String name) {
        return List.of("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    @Override
    public boolean isThisKind(String product, String version) {
        return product.equals("PostgreSQL");
    }
}
