package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.RunningBroker;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What databases live in: a server of their own process or container, somebody else's, or H2 in this JVM. */
interface DatabaseServer {

    DatabaseKind kind();

    /** The server as something that is killed, frozen and started. */
    RunningBroker process();

    /** Returns when the server takes requests; tells its version. */
    String awaitReady();

    DataSource dataSource(JdbcAddress address) throws SQLException;

    /** Makes an empty database. */
    JdbcAddress create(JdbcAddress beside, String name) throws SQLException;

    /** Removes one; one of a server that goes soon anyway may stay when it cannot be removed now. */
    void drop(JdbcAddress administrator, String name) throws SQLException;
}
