package io.eventbus.core.pool;

import io.eventbus.api.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What both kinds of pools are built from.
 *
 * @param name the prefix of the threads' names
 * @param workers the most workers
 * @param virtualThreads whether the workers are virtual threads
 * @param idleTimeout how long a thread without work lives
 * @param uncaught told about everything a task threw, after it was logged
 */
record PoolSettings(
        String name, int workers, boolean virtualThreads, Duration idleTimeout, Consumer<? super Throwable> uncaught) {

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    PoolSettings {
        List<String> problems = new ArrayList<>();
        if (name.isBlank()) {
            problems.add("the name of a worker pool is blank; its threads are named after it");
        }
        if (workers < 1) {
            problems.add("workers " + workers + " of pool " + name + " is negative; use 0 for cores x 2");
        }
        if (idleTimeout.isZero() || idleTimeout.isNegative()) {
            problems.add("idleTimeout " + idleTimeout + " of pool " + name + " is not positive");
        }
        if (virtualThreads && Runtime.version().feature() < FIRST_JAVA_WITH_VIRTUAL_THREADS) {
            problems.add("virtualThreads of pool " + name + " needs Java 21 or later, this is "
                    + Runtime.version().feature() + "; leave it off or change the Java version");
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** Refuses what no client of a pool may ask for. */
    static void checkConcurrency(String client, int maxConcurrency) {
        if (maxConcurrency < 0) {
            throw new ConfigurationException(
                    "maxConcurrency " + maxConcurrency + " of " + client + " is negative; use 0 for no limit");
        }
    }

    /** Settings in the making; checked by {@link #settings}. */
    static final class Draft {

        private String name;
        private int workers;
        private boolean virtualThreads;
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Consumer<? super Throwable> uncaught = thrown -> {};

        Draft(String name) {
            this.name = name;
        }

        void name(String value) {
            name = value;
        }

        void workers(int value) {
            workers = value;
        }

        void virtualThreads(boolean value) {
            virtualThreads = value;
        }

        void idleTimeout(Duration value) {
            idleTimeout = value;
        }

        void uncaught(Consumer<? super Throwable> value) {
            uncaught = value;
        }

        PoolSettings settings() {
            int size = workers == 0 ? Runtime.getRuntime().availableProcessors() * 2 : workers;
            return new PoolSettings(name, size, virtualThreads, idleTimeout, uncaught);
        }
    }
}
