package io.eventbus.outbox.cli;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of an outbox; each of its commands is a class. */
@Command(
        name = "outbox",
        mixinStandardHelpOptions = true,
        version = "eventbus outbox 0.1.0",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpWidth = 110,
        description = "Looks into an outbox, and deals with the events it gave up. It works on the database alone.",
        subcommands = {
            StatusCommand.class,
            ListDeadCommand.class,
            ShowCommand.class,
            RequeueCommand.class,
            DiscardCommand.class,
            SchemaCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:Nothing was found, or not every event id that was given.",
            "2:The command line, or a setting in the environment, is wrong; or many are to be discarded without --yes.",
            "3:The database cannot be reached or is not supported, or its tables are missing or of another version."
        })
final class OutboxTool implements Runnable {

    private static final int LOGIN_SECONDS = 15;

    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "JDBC-URL",
            scope = ScopeType.INHERIT,
            order = 90,
            description = "The database, jdbc:postgresql:…, jdbc:mariadb:…, jdbc:mysql:… or jdbc:h2:…"
                    + " (or EVENTBUS_OUTBOX_URL).")
    @Nullable
    String url;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            order = 91,
            description = "The user of the database (or EVENTBUS_OUTBOX_USER).")
    @Nullable
    String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            order = 92,
            description = "A file whose first line is the password; /dev/stdin reads it from a pipe.")
    @Nullable
    Path passwordFile;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            scope = ScopeType.INHERIT,
            order = 93,
            description = "The password. Whoever may list the processes of this machine sees it here; better is"
                    + " EVENTBUS_OUTBOX_PASSWORD or --password-file.")
    @Nullable
    String password;

    @Option(
            names = "--table-prefix",
            paramLabel = "PREFIX",
            scope = ScopeType.INHERIT,
            order = 94,
            description = "What the tables begin with (default eventbus_outbox, or EVENTBUS_OUTBOX_TABLE_PREFIX).")
    @Nullable
    String tablePrefix;

    @Option(names = "--json", scope = ScopeType.INHERIT, order = 95, description = "Answer in JSON.")
    boolean json;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            order = 96,
            description = "Print the stack trace of a failure.")
    boolean verbose;

    private OutboxTool(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        DriverManager.setLoginTimeout(LOGIN_SECONDS);
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new OutboxTool(environment))
                .setParameterExceptionHandler(Failures::wrongCommandLine)
                .setExecutionExceptionHandler(Failures::failed);
    }

    Map<String, String> environment() {
        return environment;
    }

    @Override
    public void run() {
        CommandSpec known = spec;
        throw new ParameterException(
                known == null ? new CommandLine(this) : known.commandLine(), "a command is missing");
    }
}
