package io.eventbus.kafka;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The one place where threads of this adapter are made: daemons, named after the client. */
final class KafkaThreads {

    private final String prefix;

    KafkaThreads(String clientId) {
        this.prefix = clientId + "-kafka-";
    }

    /** A running daemon thread. */
    Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, prefix + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits for the time given, or less if the thread is unparked or interrupted. */
    void pause(Duration time) {
        LockSupport.parkNanos(this, time.toNanos());
    }
}
