package io.eventbus.testkit.database;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.util.List;
import javax.sql.DataSource;

/** MySQL by its own driver. */
final class MySqlClient implements SqlClient {

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.MYSQL;
    }

    @Override
    public String driverClass() {
        return "com.mysql.cj.jdbc.Driver";
    }

    @Override
    public String driverArtifact() {
        return "com.mysql:mysql-connector-j";
    }

    @Override
    public DataSource dataSource(JdbcAddress address) {
        MysqlDataSource source = new MysqlDataSource();
        source.setURL(address.url());
        if (!address.user().isEmpty()) { // else the URL says who
            source.setUser(address.user());
            source.setPassword(address.password());
        }
        return source;
    }

    @Override
    public List<String> create(String name) {
        return creating(name);
    }

    @Override
    public List<String> drop(String name) {
        return dropping(name);
    }

    @Override
    public boolean isThisKind(String product, String version) {
        return product.equals("MySQL") && !version.contains("MariaDB");
    }

    static List<String> creating(String name) {
        return List.of("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
    }

    /** A transaction that was left open would hold the removal up for as long as the server's default, a day. */
    static List<String> dropping(String name) {
        return List.of("SET SESSION lock_wait_timeout = 5", "DROP DATABASE IF EXISTS " + name);
    }
}
