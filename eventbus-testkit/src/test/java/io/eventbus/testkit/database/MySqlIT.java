package io.eventbus.testkit.database;

import org.junit.jupiter.api.Test;

/** Runs where a server or an engine was asked for: {@code databases.mysql.url} or {@code databases.mysql.image}. */
class MySqlIT extends DatabaseFixtures {

    MySqlIT() {
        super("mysql", DatabaseKind.MYSQL, "8.");
    }

    @Override
    Database open() {
        return Databases.mysql();
    }

    @Test
    void freezesAndGoesOn() throws Exception {
        assertFreezes();
    }
}
