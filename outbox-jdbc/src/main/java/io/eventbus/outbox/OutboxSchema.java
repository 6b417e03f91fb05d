package io.eventbus.outbox;

import io.eventbus.api.ConfigurationException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The tables of an outbox: printed, made when asked, and read back. They carry the version of their form and what was fixed when they were made, so that
 * every process works with the same.
 */
final class OutboxSchema {

    /** The version of the form that this code reads and writes. */
    static final int VERSION = 1;

    private final Dialect dialect;
    private final TableNames tables;

    OutboxSchema(Dialect dialect, TableNames tables) {
        this.dialect = dialect;
        this.tables = tables;
    }

    /** The statements that make all tables, in order, each without a semicolon. */
    List<String> statements(SchemaOptions options) {
        List<String> statements = new ArrayList<>();
        statements.add(
                "create table " + tables.meta() + " (version int not null, shards int not null, slots int not null, "
                        + "slot_size bigint not null)" + dialect.tableOptions());
        statements.addAll(dialect.log(tables, options));
        statements.add("create table " + tables.shards() + " (shard smallint not null primary key, owner varchar(100), "
                + "epoch bigint not null, lease_until bigint not null, log_position " + dialect.textType()
                + " not null)" + dialect.tableOptions());
        statements.add("create table " + tables.relays() + " (owner varchar(100) not null primary key, "
                + "lease_until bigint not null)" + dialect.tableOptions());
        statements.add("create table " + tables.waiting() + " (id bigint not null, state char(1) not null, "
                + "failures int not null, due_at bigint not null, reason " + dialect.reasonType() + ", "
                + Columns.definitions(dialect)
                + ", primary key (shard, id))" + dialect.tableOptions());
        statements.add(
                "create index " + tables.index("waiting_due") + " on " + tables.waiting() + " (shard, state, due_at)");
        statements.add("create index " + tables.index("waiting_aggregate") + " on " + tables.waiting()
                + " (aggregate_id, id)");
        for (int shard = 0; shard < options.shards(); shard++) {
            statements.add("insert into " + tables.shards() + " (shard, epoch, lease_until, log_position) values ("
                    + shard + ", 0, 0, '')");
        }
        statements.add("insert into " + tables.meta() + " (version, shards, slots, slot_size) values (" + VERSION + ", "
                + options.shards() + ", " + options.slots() + ", " + options.slotSize() + ")");
        return statements;
    }

    /** Makes the tables; the caller commits. The last statement is the one by which they are recognised. */
    void create(Connection connection, SchemaOptions options) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements(options)) {
                statement.execute(sql);
            }
        }
    }

    /** Whether there is a table of this outbox. */
    boolean exists(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String name = tables.meta();
        int dot = name.indexOf('.');
        String schema = dot < 0 ? null : stored(database, name.substring(0, dot));
        try (ResultSet found = database.getTables(
                connection.getCatalog(),
                schema,
                stored(database, name.substring(dot + 1)).replace("_", "\\_"),
                null)) {
            return found.next();
        }
    }

    private static String stored(DatabaseMetaData database, String name) throws SQLException {
        return database.storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT) : name;
    }

    /**
     * What the tables were made with.
     *
     * @throws ConfigurationException if they are missing or of another version
     */
    SchemaOptions read(Connection connection) throws SQLException {
        if (!exists(connection)) {
            throw new ConfigurationException(
                    "there is no table " + tables.meta()
                            + "; make the tables of the outbox: `outbox schema` prints them, `outbox schema --create` or eventbus.outbox.create-schema makes them");
        }
        try (PreparedStatement statement =
                        connection.prepareStatement("select version, shards, slots, slot_size from " + tables.meta());
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new ConfigurationException(
                        "the table " + tables.meta()
                                + " is empty, so the making of the outbox tables was broken off; drop them and make them again");
            }
            int version = row.getInt(1);
            if (version != VERSION) {
                throw new ConfigurationException("the outbox tables " + tables.prefix() + "_* have version " + version
                        + ", this program works with version " + VERSION + "; "
                        + (version > VERSION ? "use a newer program" : "bring the tables up to date"));
            }
            return new SchemaOptions(row.getInt(2), row.getInt(3), row.getLong(4));
        }
    }
}
