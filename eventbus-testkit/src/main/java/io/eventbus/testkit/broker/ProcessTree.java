package io.eventbus.testkit.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A process with what it started, frozen and killed as one: a server that works in child processes (PostgreSQL) would otherwise
 * go on for a while, or hold its data directory when it is to be started again. The parent is stopped first, so that it starts
 * nothing more while its children are listed.
 */
final class ProcessTree {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ProcessTree() {}

    /** SIGKILL to all; returns when {@code awaitParent} has, and the children are gone too. */
    static void kill(Process parent, Runnable awaitParent) {
        List<ProcessHandle> children = List.of();
        if (parent.isAlive() && !children(parent).isEmpty()) {
            Signals.sendAny("STOP", List.of(parent.pid()));
            children = children(parent);
        }
        parent.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        awaitParent.run();
        List<ProcessHandle> killed = children;
        Awaitility.await("end of the children of process " + parent.pid())
                .atMost(PATIENCE)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> killed.stream().noneMatch(ProcessTree::isRunning));
    }

    /** SIGSTOP to the children of a process that is stopped already. */
    static void freezeChildren(Process parent) {
        Signals.sendAny("STOP", pids(parent));
    }

    /** SIGCONT to the children of a stopped process. */
    static void thawChildren(Process parent) {
        Signals.sendAny("CONT", pids(parent));
    }

    private static List<ProcessHandle> children(Process parent) {
        return parent.descendants().toList();
    }

    private static List<Long> pids(Process parent) {
        return parent.descendants().map(ProcessHandle::pid).toList();
    }

    /** An orphan that has ended stays as a zombie where the machine's first process collects none. */
    private static boolean isRunning(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + handle.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException e) {
            return handle.isAlive(); // gone meanwhile, or there is no /proc here
        }
    }
}
