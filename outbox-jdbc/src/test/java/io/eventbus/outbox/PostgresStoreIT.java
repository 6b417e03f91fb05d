package io.eventbus.outbox;

import io.eventbus.testkit.database.Database;
import io.eventbus.testkit.database.Databases;
import io.eventbus.testkit.outbox.OutboxStoreContract;
import io.eventbus.testkit.outbox.StoreUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresStoreIT extends OutboxStoreContract {

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
    protected StoreUnderTest store() throws Exception {
        return new JdbcStoreUnderTest(server.fresh().dataSource());
    }
}
