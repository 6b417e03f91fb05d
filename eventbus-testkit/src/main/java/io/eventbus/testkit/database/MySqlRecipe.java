package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.RunningBroker;
import java.util.List;
import java.util.Map;

/** MySQL, of the official image; nobody offers its programs as an artifact. */
final class MySqlRecipe implements ServerRecipe {

    static final String VERSION = "8.4";

    private static final String USER = "root";
    private static final String DATABASE = "eventbus";

    @Override
    public String name() {
        return "MySQL";
    }

    @Override
    public String settings() {
        return "databases.mysql";
    }

    @Override
    public SqlClient client() {
        return new MySqlClient();
    }

    @Override
    public String defaultVersion() {
        return VERSION;
    }

    @Override
    public boolean hasPrograms() {
        return false;
    }

    @Override
    public RunningBroker process(String version, int port, String password) {
        throw new UnsupportedOperationException("There are no programs of MySQL to run");
    }

    @Override
    public JdbcAddress address(int port, String password) {
        return new JdbcAddress("jdbc:mysql://127.0.0.1:" + port + "/" + DATABASE, USER, password);
    }

    @Override
    public String image(String version) {
        return "mysql:" + version;
    }

    @Override
    public Map<String, String> containerEnvironment(String password) {
        return environment("MYSQL", password);
    }

    @Override
    public List<String> containerCommand(int port) {
        return List.of(
                "mysqld",
                "--port=" + port,
                "--mysqlx=OFF",
                "--max-connections=100",
                "--innodb-buffer-pool-size=64M",
                "--performance-schema=OFF",
                "--skip-name-resolve");
    }

    /** What the images of MySQL and MariaDB read: an administrator of all hosts, behind a port of the loopback address, and a database. */
    static Map<String, String> environment(String prefix, String password) {
        return Map.of(
                prefix + "_ROOT_PASSWORD", password,
                prefix + "_ROOT_HOST", "%",
                prefix + "_DATABASE", DATABASE);
    }
}
