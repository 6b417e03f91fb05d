package io.eventbus.outbox.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.eventbus.api.ConfigurationException;
import io.eventbus.outbox.OutboxAdmin;
import io.eventbus.outbox.OutboxConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command, with the options that all of them have: where the outbox is, how to get there, and in which form to answer. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 110)
abstract class OutboxCommand implements Callable<Integer> {

    private static final String VARIABLE = "EVENTBUS_OUTBOX_";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Spec
    private @Nullable CommandSpec spec;

    @ParentCommand
    private @Nullable OutboxTool tool;

    @Option(
            names = "--url",
            paramLabel = "JDBC-URL",
            order = 90,
            description = "The database, jdbc:postgresql:…, jdbc:mariadb:…, jdbc:mysql:… or jdbc:h2:…"
                    + " (or EVENTBUS_OUTBOX_URL).")
    private @Nullable String url;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            order = 91,
            description = "The user of the database (or EVENTBUS_OUTBOX_USER).")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            order = 92,
            description = "A file whose first line is the password; /dev/stdin reads it from a pipe.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            order = 93,
            description = "The password. Whoever may list the processes of this machine sees it here; better is"
                    + " EVENTBUS_OUTBOX_PASSWORD or --password-file.")
    private @Nullable String password;

    @Option(
            names = "--table-prefix",
            paramLabel = "PREFIX",
            order = 94,
            description = "What the tables begin with (default eventbus_outbox, or EVENTBUS_OUTBOX_TABLE_PREFIX).")
    private @Nullable String tablePrefix;

    @Option(names = "--json", order = 95, description = "Answer in JSON.")
    private boolean json;

    @Option(names = "--verbose", order = 96, description = "Print the stack trace of a failure.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }

    boolean json() {
        return json;
    }

    PrintWriter out() {
        return commandLine().getOut();
    }

    PrintWriter err() {
        return commandLine().getErr();
    }

    void print(JsonNode answer) throws JsonProcessingException {
        out().println(JSON.writeValueAsString(answer));
    }

    Secrets secrets() {
        String known;
        try {
            known = password();
        } catch (ParameterException e) {
            known = password; // the file cannot be read, which is told elsewhere
        }
        return new Secrets(given(url, "URL"), known);
    }

    OutboxAdmin admin() throws SQLException {
        DriverDataSource database = database(false);
        return OutboxAdmin.open(database, config(Map.of()));
    }

    DriverDataSource database(boolean mayMake) {
        String where = given(url, "URL");
        if (where == null) {
            throw wrong("where is the outbox? Give --url, or set EVENTBUS_OUTBOX_URL");
        }
        DriverDataSource database = new DriverDataSource(where, given(user, "USER"), password(), mayMake);
        database.check();
        return database;
    }

    /** The settings of the environment, and over them those of the command line. */
    OutboxConfig config(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        if (tablePrefix != null) {
            properties.put("table-prefix", tablePrefix);
        }
        Map<String, String> full = new HashMap<>();
        Map<String, String> rest = new HashMap<>(environment());
        properties.forEach((key, value) -> {
            full.put(OutboxConfig.PREFIX + key, value);
            rest.remove(VARIABLE + key.toUpperCase(Locale.ROOT).replace('-', '_'));
        });
        try {
            return OutboxConfig.of(full, rest);
        } catch (ConfigurationException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    ParameterException wrong(String message) {
        return new ParameterException(commandLine(), message);
    }

    private @Nullable String password() {
        if (passwordFile == null) {
            return given(password, "PASSWORD");
        }
        if (password != null) {
            throw wrong("--password and --password-file exclude each other");
        }
        try (var lines = Files.newBufferedReader(passwordFile)) {
            String first = lines.readLine();
            return first == null ? "" : first;
        } catch (IOException e) {
            throw wrong("--password-file " + passwordFile + " cannot be read: "
                    + e.getClass().getSimpleName());
        }
    }

    private @Nullable String given(@Nullable String option, String variable) {
        return option != null ? option : environment().get(VARIABLE + variable);
    }

    private Map<String, String> environment() {
        return tool == null ? Map.of() : tool.environment();
    }

    private CommandLine commandLine() {
        CommandSpec known = spec;
        return known == null ? new CommandLine(this) : known.commandLine();
    }
}
