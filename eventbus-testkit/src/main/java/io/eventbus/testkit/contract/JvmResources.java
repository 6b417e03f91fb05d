package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.management.ObjectName;
import org.awaitility.Awaitility;

/**
 * What this JVM holds at one moment: threads, beans for management, and sockets where the system shows them. Compared with an earlier moment it
 * tells what has been left behind since; what others of the JVM leave off meanwhile does not count.
 */
final class JvmResources {

    private static final Path FILES = Path.of("/proc/self/fd");

    /** Threads of the JVM and of the tests themselves. */
    private static final List<String> NOT_OURS =
            List.of("awaitility", "process reaper", "Attach Listener", "junit-", "surefire");

    private final Set<Thread> threads;
    private final Set<ObjectName> beans;
    private final int sockets;

    private JvmResources(Set<Thread> threads, Set<ObjectName> beans, int sockets) {
        this.threads = threads;
        this.beans = beans;
        this.sockets = sockets;
    }

    static JvmResources now() {
        return new JvmResources(
                new HashSet<>(Thread.getAllStackTraces().keySet()),
                ManagementFactory.getPlatformMBeanServer().queryNames(null, null),
                sockets());
    }

    /** Demands that soon nothing is here that was not then: what ends may take a moment. */
    static void awaitNothingBeyond(JvmResources then) {
        Awaitility.await("nothing is left behind")
                .pollDelay(Duration.ZERO)
                .atMost(Scenario.PATIENCE)
                .untilAsserted(() -> assertThat(now().beyond(then)).isEmpty());
    }

    /** What is here and was not then, in words. */
    List<String> beyond(JvmResources then) {
        List<String> left = new ArrayList<>();
        for (Thread thread : threads) {
            if (!then.threads.contains(thread) && thread.isAlive() && isOurs(thread)) {
                left.add("thread " + thread.getName());
            }
        }
        for (ObjectName bean : beans) {
            if (!then.beans.contains(bean)) {
                left.add("bean " + bean);
            }
        }
        if (sockets > then.sockets) {
            left.add(sockets - then.sockets + " more sockets than the " + then.sockets + " before");
        }
        return left;
    }

    private static boolean isOurs(Thread thread) {
        for (String name : NOT_OURS) {
            if (thread.getName().startsWith(name)) {
                return false;
            }
        }
        return true;
    }

    /** How many sockets are open; 0 where the system does not show them. */
    private static int sockets() {
        if (!Files.isDirectory(FILES)) {
            return 0;
        }
        int sockets = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(FILES)) {
            for (Path file : open) {
                if (target(file).startsWith("socket:")) {
                    sockets++;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return sockets;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
