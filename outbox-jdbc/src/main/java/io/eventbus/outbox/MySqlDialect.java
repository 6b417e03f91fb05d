package io.eventbus.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** MySQL from 8.0 on. */
class MySqlDialect implements Dialect {

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public boolean matches(String product, String version) {
        return product.equals("MySQL") && !version.contains("MariaDB");
    }

    @Override
    public List<Integer> oldest() {
        return List.of(8, 0);
    }

    @Override
    public String idType() {
        return "varchar(512) character set utf8mb4 collate utf8mb4_bin";
    }

    @Override
    public String reasonType() {
        return "varchar(1000) character set utf8mb4";
    }

    @Override
    public String textType() {
        return "mediumtext character set utf8mb4 collate utf8mb4_bin";
    }

    @Override
    public String tableOptions() {
        return " engine=InnoDB";
    }

    @Override
    public String bytesType() {
        return "longblob";
    }

    @Override
    public List<String> log(TableNames tables, SchemaOptions options) {
        return List.of("create table " + tables.events() + " (id bigint not null auto_increment primary key, "
                + Columns.definitions(this) + ")" + tableOptions());
    }

    @Override
    public String nowMillis() {
        return "timestampdiff(microsecond, timestamp '1970-01-01 00:00:00', utc_timestamp(3)) div 1000";
    }

    @Override
    public void stream(PreparedStatement query) throws SQLException {
        query.setFetchSize(Integer.MIN_VALUE);
    }

    @Override
    public void prove(Connection connection, TableNames tables, LogReader log) throws SQLException {
        Tombstones.prove(connection, tables, log);
    }

    @Override
    public long clean(Connection connection, TableNames tables, SchemaOptions options, long doneThrough)
            throws SQLException {
        return Tombstones.cleanInChunks(connection, tables, doneThrough);
    }
}
