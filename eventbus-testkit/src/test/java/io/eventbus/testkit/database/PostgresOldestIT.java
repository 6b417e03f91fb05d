package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresOldestIT extends PostgresFixtures {

    PostgresOldestIT() {
        super("postgres-oldest", "13.");
    }

    @Override
    Database open() {
        return Databases.postgresOldest();
    }

    @Test
    void runsBesideTheNewest() {
        try (Database newest = Databases.postgres()) {
            assertThat(newest.version()).startsWith("18.");
            assertThat(server().isAlive()).isTrue();
        }
    }
}
