package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A directory of downloaded brokers, shared by every build of one user. An entry appears whole or not at all: it is filled
 * beside its place, listed in a manifest and renamed. An entry whose files do not match its manifest is filled again.
 *
 * <p>Concurrency: entries are filled under a file lock, so any number of processes may ask for the same entry at once; one
 * fills it, the others wait and find it. Threads of one process queue on a lock of their own first, since a file lock is held by
 * the whole process.
 */
public final class BrokerCache {

    /** Puts an entry's files into an empty directory. */
    public interface Filling {
        /** Fills it, or throws and leaves nothing. */
        void fill(Path directory) throws IOException, InterruptedException;
    }

    private static final String MANIFEST = ".manifest";
    private static final ReentrantLock PROCESS_LOCK = new ReentrantLock();

    private final Path root;

    BrokerCache(Path root) {
        this.root = root.toAbsolutePath();
    }

    /**
     * The cache the settings ask for: {@code brokers.cache}, else a directory in the user's home, else, where there is no home
     * to write to, one under the temporary directory.
     */
    public static BrokerCache configured() {
        Path given = BrokerSettings.find("brokers.cache").map(Path::of).orElse(null);
        if (given != null) {
            return new BrokerCache(given);
        }
        String home = System.getProperty("user.home", "");
        if (!home.isBlank() && !home.equals("?")) {
            Path inHome = Path.of(home, ".cache", "eventbus-brokers");
            if (isWritable(inHome)) {
                return new BrokerCache(inHome);
            }
        }
        String user = System.getProperty("user.name", "any").replaceAll("[^A-Za-z0-9_-]", "_");
        return new BrokerCache(Path.of(System.getProperty("java.io.tmpdir"), "eventbus-brokers-" + user));
    }

    Path root() {
        return root;
    }

    /** The directory of an entry; fills it first if it is missing or damaged. */
    public Path entry(String name, Filling filling) throws IOException, InterruptedException {
        Path place = root.resolve(name);
        if (isWhole(place)) {
            return place;
        }
        Files.createDirectories(root);
        PROCESS_LOCK.lockInterruptibly();
        try (FileChannel file = FileChannel.open(
                        root.resolve("." + name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            if (!lock.isValid()) {
                throw new IOException("Lost the lock of " + place);
            }
            if (!isWhole(place)) {
                fill(name, place, filling);
            }
            return place;
        } finally {
            PROCESS_LOCK.unlock();
        }
    }

    private void fill(String name, Path place, Filling filling) throws IOException, InterruptedException {
        Path fresh = Files.createTempDirectory(root, "." + name + "-");
        try {
            if (Files.exists(place)) {
                Progress.say(place + " is damaged or incomplete; filling it again");
                Path old = Files.createTempDirectory(root, "." + name + "-old-");
                Files.move(place, old.resolve("entry"), StandardCopyOption.ATOMIC_MOVE);
                Directories.delete(old);
            }
            filling.fill(fresh);
            Files.write(fresh.resolve(MANIFEST), listing(fresh));
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Directories.delete(fresh);
        }
    }

    private static boolean isWhole(Path place) {
        Path manifest = place.resolve(MANIFEST);
        try {
            return Files.isRegularFile(manifest) && Files.readAllLines(manifest).equals(listing(place));
        } catch (IOException | UncheckedIOException e) {
            return false; // unreadable is as good as damaged: it is filled again
        }
    }

    /** One line per file: its size and its path inside the entry, sorted. */
    private static List<String> listing(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.naturalOrder())::iterator) {
                if (Files.isRegularFile(file) && !file.getFileName().toString().equals(MANIFEST)) {
                    lines.add(Files.size(file) + " " + directory.relativize(file));
                }
            }
        }
        return lines;
    }

    private static boolean isWritable(Path directory) {
        try {
            Files.createDirectories(directory);
            return Files.isWritable(directory);
        } catch (IOException | SecurityException e) {
            return false; // no home to write to: the caller falls back
        }
    }
}
