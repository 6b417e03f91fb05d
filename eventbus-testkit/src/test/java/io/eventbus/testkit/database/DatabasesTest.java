package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.testkit.broker.BrokerUnavailableException;
import io.eventbus.testkit.broker.FreePorts;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabasesTest {

    @AfterEach
    void forget() {
        for (String property : new String[] {
            "databases.postgres.url", "databases.postgres.version", "databases.postgres.image", "databases.mysql.url"
        }) {
            System.clearProperty(property);
        }
    }

    @Test
    void coversWhatNeedsNoSetUpUnlessToldOtherwise() {
        assertThat(Databases.parse("", false)).containsExactly("h2", "postgres", "postgres-oldest", "mariadb");
        assertThat(Databases.parse("", true)).contains("mysql");
        assertThat(Databases.parse("all", false)).contains("mysql");
        assertThat(Databases.parse(" MySQL , h2", false)).containsExactly("h2", "mysql");
    }

    @Test
    void refusesDatabasesItDoesNotKnow() {
        assertThatThrownBy(() -> Databases.parse("h2,oracle", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("oracle")
                .hasMessageContaining("mariadb");
        assertThatThrownBy(() -> Databases.parse(",", false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Databases.isSelected("oracle")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listsEveryWayTriedWhenNoneWorks() {
        System.setProperty("databases.postgres.version", "../13");
        assertThatThrownBy(Databases::postgres)
                .isInstanceOfSatisfying(
                        BrokerUnavailableException.class,
                        e -> assertThat(e.waysTried())
                                .hasSize(3)
                                .anyMatch(way -> way.contains("-Ddatabases.postgres.url=… or DATABASES_POSTGRES_URL"))
                                .anyMatch(way -> way.contains("'../13' is not a version"))
                                .anyMatch(way -> way.startsWith("Docker image postgres:../13")))
                .hasMessageContaining("What to do:");
    }

    @Test
    void passesThePackagedProgramsOverWhenAnImageWasGiven() {
        System.setProperty("databases.postgres.image", "no such image");
        assertThatThrownBy(Databases::postgres)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("passed over, since databases.postgres.image was given")
                .hasMessageContaining("Docker image no such image");
    }

    @Test
    void doesNotFallBackWhenTheGivenServerIsNotThere() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/app?password=secret";
        System.setProperty("databases.postgres.url", url);
        assertThatThrownBy(Databases::postgres)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("password=***")
                .hasMessageContaining("refused")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aFreshDatabaseHasTheParametersOfItsServer() {
        JdbcAddress given = new JdbcAddress("jdbc:mysql://db:3306/app?useSSL=false", "u", "p");
        assertThat(given.withDatabase("x").url()).isEqualTo("jdbc:mysql://db:3306/x?useSSL=false");
        assertThat(new JdbcAddress("jdbc:postgresql://db", "u", "p")
                        .withDatabase("x")
                        .url())
                .isEqualTo("jdbc:postgresql://db/x");
        assertThatThrownBy(() -> new JdbcAddress("jdbc:h2:mem:a", "u", "p").withDatabase("x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new JdbcAddress("jdbc:mysql://me:secret@db/x", "u", "p").masked())
                .doesNotContain("secret");
    }

    @Test
    void h2InMemoryIsThereAtOnceAndCannotBeKilled() throws SQLException {
        Database kept;
        try (Database server = Databases.h2()) {
            kept = server;
            DatabaseFixtures.execute(server, "CREATE TABLE t (id INT PRIMARY KEY)");
            assertThatThrownBy(server::kill)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("h2File");
            assertThat(DatabaseFixtures.rows(server)).isZero();
            try (Database fresh = server.fresh()) {
                assertThatThrownBy(() -> DatabaseFixtures.rows(fresh)).isInstanceOf(SQLException.class);
            }
        }
        assertThatThrownBy(() -> kept.dataSource().getConnection()).isInstanceOf(SQLException.class);
    }
}
