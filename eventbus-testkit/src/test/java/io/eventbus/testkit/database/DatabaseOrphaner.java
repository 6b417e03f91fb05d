package io.eventbus.testkit.database;

import java.util.concurrent.CountDownLatch;

/** A process that starts a PostgreSQL server, tells its process id, and waits to be killed. */
final class DatabaseOrphaner {

    private DatabaseOrphaner() {}

    public static void main(String[] arguments) throws Exception {
        Database orphan = Databases.postgres();
        System.out.println("orphan " + orphan.pid());
        new CountDownLatch(1).await();
    }
}
