package io.eventbus.memory.gallery;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A clock for defects that do something too late. */
final class Later {

    private static final ScheduledExecutorService CLOCK = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "gallery-later");
        thread.setDaemon(true);
        return thread;
    });

    private Later() {}

    static void in(long millis, Runnable action) {
        CLOCK.schedule(action, millis, TimeUnit.MILLISECONDS);
    }
}
