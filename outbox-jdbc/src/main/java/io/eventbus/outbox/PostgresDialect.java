package io.eventbus.outbox;

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
}
