package io.eventbus.testkit.database;

class PostgresIT extends PostgresFixtures {

    PostgresIT() {
        super("postgres", "18.");
    }

    @Override
    Database open() {
        return Databases.postgres();
    }
}
