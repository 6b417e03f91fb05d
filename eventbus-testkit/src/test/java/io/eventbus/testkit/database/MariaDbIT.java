package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MariaDbIT extends DatabaseFixtures {

    MariaDbIT() {
        super("mariadb", DatabaseKind.MARIADB, "11.4.");
    }

    @Override
    Database open() {
        return Databases.mariadb();
    }

    @Test
    void freezesAndGoesOn() throws Exception {
        assertFreezes();
    }

    @Test
    void leavesNoProcessBehind() throws Exception {
        assertLeavesNoProcess(open());
    }

    @Test
    void keepsTheDurabilityOfACommit() throws SQLException {
        assertThat(number(server(), "SELECT @@innodb_flush_log_at_trx_commit")).isEqualTo(1);
        assertThat(text(server(), "SELECT @@innodb_flush_method")).isIn("O_DIRECT", "fsync");
    }

    @Test
    void listensOnLoopbackOnlyAndAsksForThePassword() throws SQLException {
        assertThat(text(server(), "SELECT @@bind_address")).isEqualTo("127.0.0.1");
        assertAsksForThePassword();
    }
}
