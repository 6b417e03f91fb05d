package io.eventbus.testkit.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A broker or a database that is a child process of this JVM, in a directory of its own, on a {@link Leash}.
 *
 * <p>Concurrency: every method is safe from any thread; starts and signals are serialised by the object's private lock.
 */
public final class LocalProcess implements RunningBroker {

    private static final long KILL_SECONDS = 20;
    private static final long STOP_SECONDS = 30;

    private final Object lock = new Object();
    private final List<String> command;
    private final Path home;
    private final Path dataDir;
    private final String stopSignal;
    private final String closeSignal;
    private final Leash leash;
    private @Nullable Process process;
    private boolean paused;
    private boolean closed;

    /**
     * A process not started yet, which SIGTERM ends in order and which keeps nothing of the machine's beside its files.
     *
     * @param command what to run
     * @param home the fixture's directory, where the log goes and which is removed at the end
     * @param dataDir where the broker keeps its data; outside {@code home} it outlives the fixture
     */
    public LocalProcess(List<String> command, Path home, Path dataDir) throws IOException {
        this(command, home, dataDir, "TERM", "KILL");
    }

    /**
     * A process not started yet.
     *
     * @param command what to run
     * @param home the fixture's directory, where the log goes and which is removed at the end
     * @param dataDir where the broker keeps its data; outside {@code home} it outlives the fixture
     * @param stopSignal what ends it in order, named without SIG
     * @param closeSignal what ends it quickly, when its data are no longer needed, and lets it give back what the machine lent it
     */
    public LocalProcess(List<String> command, Path home, Path dataDir, String stopSignal, String closeSignal)
            throws IOException {
        this.command = List.copyOf(command);
        this.home = home;
        this.dataDir = dataDir;
        this.stopSignal = stopSignal;
        this.closeSignal = closeSignal;
        this.leash = new Leash(home);
    }

    @Override
    public void start() {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("Already closed: " + command.get(0));
            }
            if (isAlive()) {
                throw new IllegalStateException("Already running with process id " + pid() + ": " + command.get(0));
            }
            try {
                Process started = new ProcessBuilder(Commands.ownSession(command.toArray(new String[0])))
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                        .start();
                leash.hold(started.pid());
                process = started;
                paused = false;
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot run " + command.get(0), e);
            }
        }
    }

    @Override
    public void kill() {
        synchronized (lock) {
            if (process != null) {
                Process ending = process;
                ProcessTree.kill(ending, () -> awaitEnd(ending, KILL_SECONDS));
            }
        }
    }

    @Override
    public void stop() {
        synchronized (lock) {
            end(stopSignal, STOP_SECONDS);
        }
    }

    @Override
    public void pause() {
        synchronized (lock) {
            signal("STOP");
            ProcessTree.freezeChildren(process());
            paused = true;
        }
    }

    @Override
    public void unpause() {
        synchronized (lock) {
            ProcessTree.thawChildren(process());
            signal("CONT");
            paused = false;
        }
    }

    @Override
    public void reload(String file, String text) {
        synchronized (lock) {
            try {
                Files.writeString(home.resolve(file), text);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write " + home.resolve(file), e);
            }
            signal("HUP");
        }
    }

    @Override
    public boolean isAlive() {
        synchronized (lock) {
            return process != null && process.isAlive();
        }
    }

    @Override
    public boolean isAliveAfter(long millis) {
        Process watched;
        synchronized (lock) {
            watched = process;
        }
        try {
            return watched != null && !watched.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command.get(0), e);
        }
    }

    @Override
    public long pid() {
        synchronized (lock) {
            return process().pid();
        }
    }

    @Override
    public Path dataDir() {
        return dataDir;
    }

    @Override
    public String log() {
        return LogTail.of(logFile());
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            if (!closeSignal.equals("KILL")) {
                end(closeSignal, KILL_SECONDS);
            }
            kill();
            leash.done();
            try {
                Directories.delete(home);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot remove " + home, e);
            }
        }
    }

    private Path logFile() {
        return home.resolve("broker.log");
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("Not started: " + command.get(0));
        }
        return process;
    }

    private void end(String signal, long seconds) {
        if (!isAlive()) {
            return;
        }
        if (paused) {
            unpause();
        }
        try {
            signal(signal);
        } catch (IllegalStateException e) {
            if (isAlive()) {
                throw e; // else it had ended by itself just before
            }
        }
        awaitEnd(process(), seconds);
    }

    private void signal(String name) {
        if (!isAlive()) {
            throw new IllegalStateException("Not running, cannot send SIG" + name + ": " + command.get(0));
        }
        Signals.send(name, pid());
    }

    private void awaitEnd(Process ending, long seconds) {
        try {
            if (!ending.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "Process " + ending.pid() + " did not end within " + seconds + " s: " + log());
            }
            leash.drop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the end of " + command.get(0), e);
        }
    }
}
