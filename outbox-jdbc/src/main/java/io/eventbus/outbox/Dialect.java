package io.eventbus.outbox;

import io.eventbus.api.ConfigurationException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What differs from database to database. One class each. */
interface Dialect {

    /** The name by which it is chosen, in lower case. */
    String name();

    /** What a database of this kind calls itself. */
    boolean matches(String product, String version);

    /** The oldest version, major and minor, that the outbox was proved with. */
    List<Integer> oldest();

    /** The type of an identifier of up to 512 characters, compared byte by byte. */
    String idType();

    /** The type of a failure's reason, of up to 1,000 characters of any script. */
    default String reasonType() {
        return "varchar(1000)";
    }

    /** The type of a text of any length. */
    String textType();

    /** The type of a payload. */
    String bytesType();

    /** The statements that make the log. */
    List<String> log(TableNames tables, SchemaOptions options);

    /** The expression of the database's own clock, in whole milliseconds since 1970. */
    String nowMillis();

    /** Has the rows of a query come as they are read, and not all at once into memory. */
    void stream(PreparedStatement query) throws SQLException;

    /**
     * What is known of gaps before a read: those that were {@linkplain #prove marked} below the result, and that the read does not show, will never show anything.
     */
    default long provenBefore(Connection connection) throws SQLException {
        return Long.MIN_VALUE;
    }

    /** Marks the gaps that are not marked, or closes those that will never show anything; called now and then while there are gaps. */
    void prove(Connection connection, TableNames tables, LogReader log) throws SQLException;

    /**
     * Removes events that all shards have behind them, as many as can be without keeping anybody waiting.
     *
     * @param doneThrough everything up to this number may go
     * @return how many went, or about how many
     */
    long clean(Connection connection, TableNames tables, SchemaOptions options, long doneThrough) throws SQLException;

    /** What follows the columns of a table; mostly nothing. */
    default String tableOptions() {
        return "";
    }

    /** All there are. */
    static List<Dialect> all() {
        return List.of(new PostgresDialect(), new MariaDbDialect(), new MySqlDialect(), new H2Dialect());
    }

    /**
     * The one of the database behind a connection.
     *
     * @throws ConfigurationException if there is none, or the database is too old
     */
    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String product = database.getDatabaseProductName();
        String version = database.getDatabaseProductVersion();
        for (Dialect dialect : all()) {
            if (dialect.matches(product, version)) {
                int major = database.getDatabaseMajorVersion();
                int minor = database.getDatabaseMinorVersion();
                int oldestMajor = dialect.oldest().get(0);
                int oldestMinor = dialect.oldest().get(1);
                if (major < oldestMajor || major == oldestMajor && minor < oldestMinor) {
                    throw new ConfigurationException("the outbox needs " + dialect.name() + " " + oldestMajor + "."
                            + oldestMinor + " or newer, this is " + version);
                }
                return dialect;
            }
        }
        throw new ConfigurationException("there is no outbox for " + product + "; there is one for " + names());
    }

    /**
     * The one of that name, in any case.
     *
     * @throws ConfigurationException if there is none
     */
    static Dialect named(String name) {
        return all().stream()
                .filter(dialect -> dialect.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "there is no outbox for '" + name + "'; there is one for " + names()));
    }

    private static String names() {
        return all().stream().map(Dialect::name).collect(Collectors.joining(", "));
    }
}
