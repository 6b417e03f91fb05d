package io.eventbus.testkit.broker;

/** A voice for what takes long: one line per step on the error stream, so that nobody thinks a download hangs. */
public final class Progress {

    private Progress() {}

    /** Says one line. */
    public static void say(String line) {
        System.err.println("[brokers] " + line);
    }
}
