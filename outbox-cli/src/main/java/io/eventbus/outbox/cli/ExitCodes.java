package io.eventbus.outbox.cli;

/** The exit codes of the commands; {@code outbox --help} lists them. */
final class ExitCodes {

    static final int DONE = 0;
    static final int NOTHING_FOUND = 1;
    static final int WRONG_COMMAND_LINE = 2;
    static final int DATABASE = 3;

    private ExitCodes() {}
}
