package io.eventbus.core.pool;

import java.util.concurrent.atomic.AtomicInteger;

/** A pool's maker of threads: all are daemons, named after the pool, and started by who asked for them. */
final class PoolThreads {

    private final PoolSettings settings;
    private final AtomicInteger made = new AtomicInteger();

    PoolThreads(PoolSettings settings) {
        this.settings = settings;
    }

    /** A worker, named {@code <pool>-<n>}. */
    Thread worker(Runnable body) {
        String name = settings.name() + "-" + made.incrementAndGet();
        return settings.virtualThreads() ? virtual(name, body) : platform(name, body);
    }

    /** The pool's clock; a platform thread always. */
    Thread timer(Runnable body) {
        return platform(settings.name() + "-timer", body);
    }

    /** The thread that waits on behalf of a task that closes its own pool. */
    Thread closer(Runnable body) {
        return platform(settings.name() + "-closer", body);
    }

    private static Thread platform(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /** {@code Thread.ofVirtual().name(name).unstarted(body)}, by reflection, since the code is compiled for Java 17. */
    private static Thread virtual(String name, Runnable body) {
        try {
            Class<?> builderType = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Object named = builderType.getMethod("name", String.class).invoke(builder, name);
            return (Thread) builderType.getMethod("unstarted", Runnable.class).invoke(named, body);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no virtual thread for " + name, e);
        }
    }
}
