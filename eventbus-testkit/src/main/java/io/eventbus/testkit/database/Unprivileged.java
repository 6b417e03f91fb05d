package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A user a program runs as that refuses to run as root: this JVM's own, unless that is root. Root becomes nobody in a user namespace,
 * which keeps its files its own; where that is forbidden, as in many containers, it becomes the real nobody, whom the files are given to.
 */
final class Unprivileged {

    private static final int NOBODY = 65_534;
    private static final long SECONDS = 20;
    private static final List<String> NAMESPACE = List.of("unshare", "-U");
    private static final List<String> SETPRIV =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

    private final List<String> prefix;
    private final boolean givesFiles;

    private Unprivileged(List<String> prefix, boolean givesFiles) {
        this.prefix = prefix;
        this.givesFiles = givesFiles;
    }

    /**
     * The user for programs in a directory.
     *
     * @throws IOException if this is root and there is nobody else to be
     */
    static Unprivileged forPrograms(Path programs) throws IOException, InterruptedException {
        if (!isRoot()) {
            return new Unprivileged(List.of(), false);
        }
        if (isNotRoot(NAMESPACE)) {
            return new Unprivileged(NAMESPACE, false);
        }
        if (!isNotRoot(SETPRIV)) {
            throw new IOException("it refuses to run as root, and neither '" + String.join(" ", NAMESPACE) + "' nor '"
                    + String.join(" ", SETPRIV) + "' makes another user of root here");
        }
        return nobody(programs);
    }

    /** The real nobody, who must be able to get at the programs. */
    static Unprivileged nobody(Path programs) throws IOException, InterruptedException {
        Unprivileged nobody = new Unprivileged(SETPRIV, true);
        if (Commands.run(Path.of("/"), nobody.command(List.of("ls", programs.toString())), SECONDS)
                        .status()
                != 0) {
            throw new IOException("it refuses to run as root, and nobody else can read " + programs
                    + ": give a directory that all can read with -Dbrokers.cache=…");
        }
        return nobody;
    }

    static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return System.getProperty("user.name", "").equals("root"); // no /proc to tell it
        }
    }

    List<String> command(List<String> command) {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command);
        return words;
    }

    /** Gives a directory, and what is in it, to that user. */
    void give(Path... paths) throws IOException {
        if (givesFiles) {
            for (Path path : paths) {
                Files.setAttribute(path, "unix:uid", NOBODY);
                Files.setAttribute(path, "unix:gid", NOBODY);
            }
        }
    }

    private static boolean isNotRoot(List<String> prefix) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("id", "-u"));
        try {
            Commands.Answer answer = Commands.run(Path.of("/"), command, SECONDS);
            return answer.status() == 0 && !answer.output().strip().equals("0");
        } catch (IOException e) {
            return false; // no such program here
        }
    }
}
