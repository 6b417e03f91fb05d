package io.eventbus.outbox;

import io.eventbus.testkit.outbox.OutboxStoreContract;
import io.eventbus.testkit.outbox.StoreUnderTest;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;

class H2StoreTest extends OutboxStoreContract {

    @Override
    protected StoreUnderTest store() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return new JdbcStoreUnderTest(database);
    }
}
