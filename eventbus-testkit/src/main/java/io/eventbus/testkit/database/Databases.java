package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.BrokerSettings;
import io.eventbus.testkit.broker.BrokersWith;
import io.eventbus.testkit.broker.WaysTried;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A source of real databases that need no set-up, and a reading of the setting {@code databases}: which of them a run must cover.
 *
 * <p>Each call starts a server of its own. The first way that works is taken: a running server ({@code databases.postgres.url}); the
 * product's programs from Maven Central, fetched once by the machine's Maven and run in a process of their own; Docker, if Testcontainers
 * is on the class path and an engine answers. If none works the call throws {@link
 * io.eventbus.testkit.broker.BrokerUnavailableException}, which lists them all. The product's driver must be on the class path.
 *
 * <p>{@code -Ddatabases=h2,postgres} (or the environment variable {@code DATABASES}) narrows a run on purpose; a database that is to be
 * covered and cannot be found fails the run.
 *
 * <p>Concurrency: every method is safe from any thread; those that start a server block until it takes requests.
 */
public final class Databases {

    /** The setting's name. */
    public static final String PROPERTY = "databases";

    private static final String MYSQL = "mysql";
    private static final List<String> ALWAYS = List.of("h2", "postgres", "postgres-oldest", "mariadb");
    private static final List<String> KNOWN = List.of("h2", "postgres", "postgres-oldest", "mariadb", MYSQL);

    private Databases() {}

    /** H2 in memory, in this JVM. */
    public static Database h2() {
        return h2(false);
    }

    /** H2 in this JVM, in files of a temporary directory; it can be killed and started again. */
    public static Database h2File() {
        return h2(true);
    }

    /**
     * The newest PostgreSQL there are programs of, or that of {@code databases.postgres.version}.
     *
     * @throws io.eventbus.testkit.broker.BrokerUnavailableException if there is no way to one
     */
    public static Database postgres() {
        return ServerWays.start(PostgresRecipe.newest());
    }

    /**
     * The oldest PostgreSQL that is supported, or that of {@code databases.postgres.oldest.version}.
     *
     * @throws io.eventbus.testkit.broker.BrokerUnavailableException if there is no way to one
     */
    public static Database postgresOldest() {
        return ServerWays.start(PostgresRecipe.oldest());
    }

    /**
     * MariaDB.
     *
     * @throws io.eventbus.testkit.broker.BrokerUnavailableException if there is no way to one
     */
    public static Database mariadb() {
        return ServerWays.start(new MariaDbRecipe());
    }

    /**
     * MySQL, which must be running or have a Docker engine to run in.
     *
     * @throws io.eventbus.testkit.broker.BrokerUnavailableException if there is no way to one
     */
    public static Database mysql() {
        return ServerWays.start(new MySqlRecipe());
    }

    /**
     * The databases this run must cover, in a fixed order, by the names the setting knows them by. Without the setting these are all that
     * need nothing but Maven, and MySQL where a server, an image or containers were asked for.
     *
     * @throws IllegalArgumentException if the setting names a database that does not exist
     */
    public static Set<String> selected() {
        return parse(BrokerSettings.find(PROPERTY).orElse(""), isMySqlAskedFor());
    }

    /**
     * Whether this run must cover that database.
     *
     * @param database {@code h2}, {@code postgres}, {@code postgres-oldest}, {@code mariadb} or {@code mysql}
     * @throws IllegalArgumentException if there is no such database
     */
    public static boolean isSelected(String database) {
        if (!KNOWN.contains(database)) {
            throw unknown(database);
        }
        return selected().contains(database);
    }

    static Set<String> parse(String setting, boolean mySqlAskedFor) {
        Set<String> named = new LinkedHashSet<>();
        for (String part : setting.split(",", -1)) {
            String name = part.strip().toLowerCase(Locale.ROOT);
            if (name.equals("all")) {
                named.addAll(KNOWN);
            } else if (KNOWN.contains(name)) {
                named.add(name);
            } else if (!name.isEmpty()) {
                throw unknown(name);
            }
        }
        if (named.isEmpty() && !setting.isBlank()) {
            throw new IllegalArgumentException(
                    "The setting '" + PROPERTY + "' names no database; known are " + KNOWN + " and all");
        }
        if (named.isEmpty()) {
            named.addAll(mySqlAskedFor ? KNOWN : ALWAYS);
        }
        Set<String> ordered = new LinkedHashSet<>(KNOWN);
        ordered.retainAll(named);
        return Collections.unmodifiableSet(ordered);
    }

    private static boolean isMySqlAskedFor() {
        String settings = new MySqlRecipe().settings();
        return BrokerSettings.find(settings + ".url").isPresent()
                || BrokerSettings.find(settings + ".image").isPresent()
                || BrokersWith.containersOnly();
    }

    private static Database h2(boolean inFiles) {
        WaysTried tried = new WaysTried("H2", "put com.h2database:h2 on the class path");
        try {
            Class.forName("org.h2.Driver", false, Databases.class.getClassLoader());
            H2Engine engine = inFiles ? H2Engine.inFiles() : H2Engine.inMemory();
            return Database.of(engine, engine.address(), engine.awaitReady());
        } catch (ClassNotFoundException e) {
            tried.failed("in this JVM", "com.h2database:h2 is not on the class path");
        } catch (IOException e) {
            tried.failed("in this JVM", e);
        }
        throw tried.exhausted();
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "Unknown database '" + name + "' (setting '" + PROPERTY + "'); known are " + KNOWN + " and all");
    }
}
