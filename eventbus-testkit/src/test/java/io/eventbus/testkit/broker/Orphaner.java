package io.eventbus.testkit.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that starts a child in a directory of its own, tells both, and waits to be killed. */
final class Orphaner {

    private Orphaner() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory(Path.of(arguments[0]), "orphan-");
        LocalProcess child = new LocalProcess(List.of("sleep", "600"), home, home);
        child.start();
        System.out.println(child.pid() + " " + home);
        new CountDownLatch(1).await();
    }
}
