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
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command: what it needs of the options that all have, which may stand before or after its name. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 110)
abstract class OutboxCommand implements Callable<Integer> {

    private static final String VARIABLE = "EVENTBUS_OUTBOX_";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Spec
    private @Nullable CommandSpec spec;

    @ParentCommand
    private @Nullable OutboxTool tool;

    boolean verbose() {
        return tool().verbose;
    }

    boolean json() {
        return tool().json;
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
            known = tool().password; // the file cannot be read, which is told elsewhere
        }
        return new Secrets(given(tool().url, "URL"), known);
    }

    OutboxAdmin admin() throws SQLException {
        DriverDataSource database = database(false);
        return OutboxAdmin.open(database, config(Map.of()));
    }

    DriverDataSource database(boolean mayMake) {
        String where = given(tool().url, "URL");
        if (where == null) {
            throw wrong("where is the outbox? Give --url, or set EVENTBUS_OUTBOX_URL");
        }
        DriverDataSource database = new DriverDataSource(where, given(tool().user, "USER"), password(), mayMake);
        database.check();
        return database;
    }

    /** The settings of the environment, and over them those of the command line. */
    OutboxConfig config(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        String prefix = tool().tablePrefix;
        if (prefix != null) {
            properties.put("table-prefix", prefix);
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
        Path passwordFile = tool().passwordFile;
        if (passwordFile == null) {
            return given(tool().password, "PASSWORD");
        }
        if (tool().password != null) {
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
        return tool().environment();
    }

    private OutboxTool tool() {
        return Objects.requireNonNull(tool, "a command of no tool");
    }

    private CommandLine commandLine() {
        CommandSpec known = spec;
        return known == null ? new CommandLine(this) : known.commandLine();
    }
}
