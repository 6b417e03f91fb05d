package io.eventbus.outbox;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** MariaDB from 10.6 on; it also answers to the driver of MySQL. */
final class MariaDbDialect extends MySqlDialect {

    @Override
    public String name() {
        return "mariadb";
    }

    @Override
    public boolean matches(String product, String version) {
        return product.equals("MariaDB") || product.equals("MySQL") && version.contains("MariaDB");
    }

    @Override
    public List<Integer> oldest() {
        return List.of(10, 6);
    }

    @Override
    public void stream(PreparedStatement query) throws SQLException {
        query.setFetchSize(500);
    }
}
