package io.eventbus.outbox;

import io.eventbus.testkit.database.Database;
import io.eventbus.testkit.database.Databases;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresRelayIT extends OutboxRelayContract {

    private static Database server;

    @BeforeAll
    static void start() {
        server = Databases.postgres();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    DataSource freshDatabase() {
        return server.fresh().dataSource();
    }
}
