package io.eventbus.examples.outbox.owntable;

import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Databases in this process, each gone when its last connection is closed. */
final class H2 {

    private H2() {}

    static DataSource fresh() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID());
        return database;
    }
}
