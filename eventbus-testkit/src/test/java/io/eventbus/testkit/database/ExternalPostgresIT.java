package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventbus.testkit.broker.BrokerUnavailableException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that was named by a setting: it is used, and nothing is done to it. */
class ExternalPostgresIT {

    @AfterEach
    void forget() {
        for (String property : new String[] {"postgres.url", "postgres.user", "postgres.password", "mysql.url"}) {
            System.clearProperty("databases." + property);
        }
    }

    @Test
    void isUsedAndLeftAsItWas() throws SQLException {
        assumeTrue(Databases.isSelected("postgres"), "PostgreSQL is not among the databases this run must cover");
        try (Database own = Databases.postgres()) {
            System.setProperty("databases.postgres.url", own.jdbcUrl());
            System.setProperty("databases.postgres.user", own.user());
            System.setProperty("databases.postgres.password", own.password());
            String before = databases(own);
            try (Database external = Databases.postgres()) {
                assertThat(external.version()).isEqualTo(own.version());
                for (Runnable refused : new Runnable[] {external::kill, external::stop, external::freeze}) {
                    assertThatThrownBy(refused::run)
                            .isInstanceOf(UnsupportedOperationException.class)
                            .hasMessageContaining("databases.postgres.url");
                }
                try (Database fresh = external.fresh()) {
                    DatabaseFixtures.execute(fresh, "CREATE TABLE t (id INT PRIMARY KEY)");
                    assertThat(databases(own)).isNotEqualTo(before);
                }
            }
            assertThat(databases(own)).isEqualTo(before);
        }
    }

    @Test
    void isNotTakenForAnotherProduct() {
        assumeTrue(Databases.isSelected("mariadb"), "MariaDB is not among the databases this run must cover");
        try (Database mariadb = Databases.mariadb()) {
            System.setProperty(
                    "databases.mysql.url",
                    mariadb.jdbcUrl().replace("jdbc:mariadb", "jdbc:mysql") + "?user=" + mariadb.user() + "&password="
                            + mariadb.password());
            assertThatThrownBy(Databases::mysql)
                    .isInstanceOf(BrokerUnavailableException.class)
                    .hasMessageContaining("answers there, not MYSQL");
        }
    }

    private static String databases(Database server) throws SQLException {
        return DatabaseFixtures.text(server, "SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database");
    }
}
