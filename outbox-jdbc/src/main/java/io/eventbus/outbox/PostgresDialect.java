package io.eventbus.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * PostgreSQL from 13 on, the first with {@code xid8}.
 *
 * <p>The transaction id stands before the number in the event table, since default values are computed in the order of the columns, and a row's number
 * must be taken after its transaction has its id. The log is a ring of slots, of which one is truncated when all in it is done; no slot is ever added or
 * taken away, so that nobody who writes waits for it and none can be missing.
 */
final class PostgresDialect implements Dialect {

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public boolean matches(String product, String version) {
        return product.equals("PostgreSQL");
    }

    @Override
    public List<Integer> oldest() {
        return List.of(13, 0);
    }

    @Override
    public String idType() {
        return "text";
    }

    @Override
    public String textType() {
        return "text";
    }

    @Override
    public String bytesType() {
        return "bytea";
    }

    @Override
    public List<String> log(TableNames tables, SchemaOptions options) {
        List<String> statements = new ArrayList<>();
        statements.add("create sequence " + tables.sequence() + " as bigint cache 1");
        statements.add("create table " + tables.events() + " (xid xid8 not null default pg_current_xact_id(), "
                + "id bigint not null default nextval('" + tables.sequence() + "'), "
                + Columns.definitions(this)
                + ") partition by list (((id / " + options.slotSize() + ") % " + options.slots() + "))");
        for (int slot = 0; slot < options.slots(); slot++) {
            statements.add("create table " + tables.slot(slot) + " partition of " + tables.events() + " for values in ("
                    + slot + ") with (autovacuum_vacuum_insert_threshold = -1)");
            statements.add("create index on " + tables.slot(slot) + " (id)");
        }
        return statements;
    }

    @Override
    public String nowMillis() {
        return "cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)";
    }

    @Override
    public void stream(PreparedStatement query) throws SQLException {
        query.setFetchSize(500);
    }

    /** All transactions with a lower id have ended. */
    @Override
    public long provenBefore(Connection connection) throws SQLException {
        return number(connection, "select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)");
    }

    /**
     * The mark is a transaction id that is given out now. Whoever took a number below one that is visible had its transaction id before it, and so a lower one than the
     * mark; once all those have ended the number is visible or was rolled back.
     */
    @Override
    public void prove(Connection connection, TableNames tables, LogReader log) throws SQLException {
        log.gaps().mark(number(connection, "select cast(cast(pg_current_xact_id() as text) as bigint)"));
    }

    /** Empties the slots of the log in which everything is done, but for the one that is written to, and the next one if its turn is near. */
    @Override
    public long clean(Connection connection, TableNames tables, SchemaOptions options, long doneThrough)
            throws SQLException {
        long last = number(connection, "select last_value from " + tables.sequence());
        long writing = last / options.slotSize();
        boolean nextIsNear = (last + options.slotSize() / 8) / options.slotSize() > writing;
        long removed = 0;
        for (int slot = 0; slot < options.slots(); slot++) {
            long ahead = Math.floorMod(slot - writing, options.slots());
            if (ahead > (nextIsNear ? 1 : 0)) {
                removed += truncate(connection, tables.slot(slot), doneThrough);
            }
        }
        return removed;
    }

    private static long truncate(Connection connection, String slot, long doneThrough) throws SQLException {
        String highest = "select coalesce(max(id), 0) from " + slot;
        long before = number(connection, highest);
        if (before == 0 || before > doneThrough) {
            return 0;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table " + slot + " in access exclusive mode nowait");
            if (number(connection, highest) > doneThrough) {
                connection.rollback();
                return 0;
            }
            statement.execute("truncate " + slot);
            connection.commit();
            return 1;
        } catch (SQLException e) {
            connection.rollback();
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return 0; // somebody reads it: the next time
            }
            throw e;
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
