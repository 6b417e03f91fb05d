package io.eventbus.testkit.database;

/** A product whose SQL differs from that of the others. */
public enum DatabaseKind {
    /** H2, in this JVM. */
    H2,
    /** PostgreSQL 13 or later. */
    POSTGRES,
    /** MariaDB 10.11 or later. */
    MARIADB,
    /** MySQL 8 or later. */
    MYSQL
}
