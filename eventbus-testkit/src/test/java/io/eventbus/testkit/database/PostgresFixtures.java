package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What the fixture of a PostgreSQL server promises, whatever its version. */
abstract class PostgresFixtures extends DatabaseFixtures {

    PostgresFixtures(String name, String version) {
        super(name, DatabaseKind.POSTGRES, version);
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
        assertThat(text(server(), "SHOW fsync")).isEqualTo("on");
        assertThat(text(server(), "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(text(server(), "SHOW full_page_writes")).isEqualTo("on");
    }

    @Test
    void listensOnLoopbackOnlyAndAsksForThePassword() throws SQLException {
        assertThat(text(server(), "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertAsksForThePassword();
    }
}
