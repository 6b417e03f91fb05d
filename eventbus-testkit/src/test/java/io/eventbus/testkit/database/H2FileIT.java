package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class H2FileIT extends DatabaseFixtures {

    H2FileIT() {
        super("h2", DatabaseKind.H2, "2.");
    }

    @Override
    Database open() {
        return Databases.h2File();
    }

    @Test
    void cannotBeFrozen() {
        assertThatThrownBy(server()::freeze).isInstanceOf(UnsupportedOperationException.class);
    }
}
