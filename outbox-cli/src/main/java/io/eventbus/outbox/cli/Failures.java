package io.eventbus.outbox.cli;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.InvalidInputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said on standard error, and the exit code, when a command does not do its work. */
final class Failures {

    private Failures() {}

    static int wrongCommandLine(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("outbox: " + describe(wrong));
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCodes.WRONG_COMMAND_LINE;
    }

    /** What did not fit may be a password behind a misspelt option, so only names of options are repeated. */
    private static String describe(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(wrong.getMessage());
        }
        List<String> options = new ArrayList<>();
        for (String argument : unmatched.getUnmatched()) {
            if (argument.startsWith("-")) {
                options.add(argument.replaceFirst("=.*", ""));
            }
        }
        return options.isEmpty()
                ? "there is an argument, or a command, that does not belong here"
                : "there is no option " + String.join(", ", options);
    }

    static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        Secrets secrets = new Secrets(null, null);
        boolean verbose = false;
        if (command.getCommand() instanceof OutboxCommand outbox) {
            secrets = outbox.secrets();
            verbose = outbox.verbose();
        }
        PrintWriter err = command.getErr();
        err.println("outbox: " + secrets.mask(describe(failure, verbose)));
        if (verbose) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            err.print(secrets.mask(trace.toString()));
            err.flush();
        }
        return failure instanceof InvalidInputException ? ExitCodes.WRONG_COMMAND_LINE : ExitCodes.DATABASE;
    }

    private static String describe(Exception failure, boolean verbose) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof ConfigurationException
                || failure instanceof InvalidInputException
                || failure instanceof UnreachableException) {
            return message;
        }
        if (failure instanceof SQLException said) {
            return "the database refused: " + message + " (SQL state " + said.getSQLState() + ")";
        }
        return failure.getClass().getSimpleName() + ": " + message + (verbose ? "" : "; --verbose tells where");
    }
}
