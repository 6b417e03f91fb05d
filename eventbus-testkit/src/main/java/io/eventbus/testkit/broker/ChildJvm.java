package io.eventbus.testkit.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A JVM process of a test's own, with the test's class path, that can be killed, stopped and frozen. What it writes to its standard
 * output goes to the test line by line; the test can write lines to its standard input.
 *
 * <p>It ends with {@link #close()}, and at the latest when this JVM is gone, even if that was killed.
 *
 * <p>Concurrency: every method is safe from any thread. The lines arrive on one daemon thread, in order. When {@link #kill}, {@link #terminate}
 * or {@link #close} has returned, every line that the process wrote has been handed on. The lock guards the leash and is not held while waiting.
 */
public final class ChildJvm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path home;
    private final Leash leash;
    private final Process process;
    private final Thread reader;
    private final Object lock = new Object();
    private boolean held = true;
    private boolean closed;

    private ChildJvm(Path home, Leash leash, Process process, Consumer<String> lines) {
        this.home = home;
        this.leash = leash;
        this.process = process;
        this.reader = new Thread(() -> read(lines), "child-jvm-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a process.
     *
     * @param main the name of a class with a main method, on the class path of this JVM
     * @param arguments its arguments
     * @param lines told each line of the standard output; must not throw
     */
    public static ChildJvm start(String main, List<String> arguments, Consumer<String> lines) {
        try {
            Path home = Files.createTempDirectory("eventbus-child-");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    // Small and soon up: it lives for seconds.
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main));
            command.addAll(arguments);
            Leash leash = new Leash(home);
            Process process = new ProcessBuilder(Commands.ownSession(command.toArray(new String[0])))
                    .redirectError(home.resolve("errors.log").toFile())
                    .start();
            leash.hold(process.pid());
            return new ChildJvm(home, leash, process, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a JVM for " + main, e);
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it is there; a frozen one is. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Writes a line to its standard input; a process that has ended gets none. */
    public void tell(String line) {
        try {
            OutputStream input = process.getOutputStream();
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException("Process " + pid() + " takes no input", e);
            }
        }
    }

    /** Ends it at once (SIGKILL); returns when it is gone. */
    public void kill() {
        // Through the handle: the process's own method would also close the pipe and lose what is still in it.
        process.toHandle().destroyForcibly();
        awaitEnd(PATIENCE);
    }

    /**
     * Asks it to end (SIGTERM), so that its shutdown hooks run.
     *
     * @return its exit status
     * @throws IllegalStateException if it did not end in time
     */
    public int terminate(Duration atMost) {
        process.toHandle().destroy();
        return awaitEnd(atMost);
    }

    /** Freezes it (SIGSTOP): its connections stay open and nothing answers. */
    public void pause() {
        Signals.send("STOP", pid());
    }

    /** Ends a {@link #pause()}. */
    public void unpause() {
        Signals.send("CONT", pid());
    }

    /** What it wrote to its standard error, where its log goes; the last 64 KiB. */
    public String errors() {
        return LogTail.of(home.resolve("errors.log"));
    }

    /** Kills it if it still runs, and removes what it left; repeated calls do nothing. */
    @Override
    public void close() {
        kill();
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            leash.done();
        }
        try {
            Directories.delete(home);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + home, e);
        }
    }

    private void read(Consumer<String> lines) {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null) {
                lines.accept(line);
                line = output.readLine();
            }
        } catch (IOException e) {
            lines.accept("the output of process " + process.pid() + " broke off: " + e.getMessage());
        }
    }

    private int awaitEnd(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "Process " + pid() + " did not end within " + atMost + ":\n" + errors());
            }
            synchronized (lock) {
                if (held) {
                    held = false;
                    leash.drop();
                }
            }
            reader.join(PATIENCE.toMillis());
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the end of process " + pid(), e);
        }
    }

    @Override
    public String toString() {
        return "child JVM " + pid();
    }
}
