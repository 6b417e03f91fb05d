package io.eventbus.testkit.broker;

/** A voice for what takes long: one line per step on the error stream, so that nobody thinks a download hangs. */
final class Progress {

    private Progress() {}

    static void say(String line) {
        System.err.println("[brokers] " + line);
    }
}
