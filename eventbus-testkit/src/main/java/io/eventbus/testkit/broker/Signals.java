package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Signals to processes, which Java itself cannot send. */
final class Signals {

    private static final long SECONDS = 10;

    private Signals() {}

    /** Sends the signal, named without SIG; returns when the system has taken it. */
    static void send(String name, long pid) {
        try {
            Commands.Answer answer = Commands.run(
                    Path.of("/"), List.of("sh", "-c", "kill -s " + name + " \"$0\"", Long.toString(pid)), SECONDS);
            if (answer.status() != 0) {
                throw new IllegalStateException("kill -s " + name + " " + pid + ": " + answer.tail());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending SIG" + name, e);
        }
    }
}
