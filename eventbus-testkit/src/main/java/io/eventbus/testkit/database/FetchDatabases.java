package io.eventbus.testkit.database;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A program that fills the cache with a database's programs ahead of time, for machines that build without a network later. Arguments:
 * {@code postgres}, {@code postgres-oldest} or {@code mariadb}; the settings say which version. It prints the path of the directory with
 * the programs on standard output and nothing else there.
 */
public final class FetchDatabases {

    private static final String USAGE = "usage: FetchDatabases postgres | postgres-oldest | mariadb";

    private FetchDatabases() {}

    /** Runs the program; exit status 0 if what was asked for is in the cache, 1 if it cannot be had, 2 for wrong arguments. */
    public static void main(String[] arguments) {
        int status;
        try {
            status = run(arguments);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            status = 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            status = 1;
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String... arguments) throws IOException, InterruptedException {
        String database = arguments.length == 1 ? arguments[0] : "";
        Path programs;
        if (database.equals("postgres")) {
            programs = PostgresRecipe.programs(ServerWays.version(PostgresRecipe.newest()));
        } else if (database.equals("postgres-oldest")) {
            programs = PostgresRecipe.programs(ServerWays.version(PostgresRecipe.oldest()));
        } else if (database.equals("mariadb")) {
            programs = MariaDbRecipe.programs(ServerWays.version(new MariaDbRecipe()));
        } else {
            System.err.println(USAGE);
            return 2;
        }
        System.out.println(programs);
        return 0;
    }
}
