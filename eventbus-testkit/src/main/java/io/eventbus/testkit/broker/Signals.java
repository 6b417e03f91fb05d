package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Signals to processes, which Java itself cannot send. */
final class Signals {

    private static final long SECONDS = 10;

    private Signals() {}

    /** Sends the signal, named without SIG; returns when the system has taken it. */
    static void send(String name, long pid) {
        Commands.Answer answer = kill(name, List.of(pid));
        if (answer.status() != 0) {
            throw new IllegalStateException("kill -s " + name + " " + pid + ": " + answer.tail());
        }
    }

    /** Sends the signal to those of the processes that are still there. */
    static void sendAny(String name, List<Long> pids) {
        if (!pids.isEmpty()) {
            kill(name, pids);
        }
    }

    private static Commands.Answer kill(String name, List<Long> pids) {
        try {
            List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -s " + name + " \"$@\"", "kill"));
            pids.forEach(pid -> command.add(Long.toString(pid)));
            return Commands.run(Path.of("/"), command, SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending SIG" + name, e);
        }
    }
}
