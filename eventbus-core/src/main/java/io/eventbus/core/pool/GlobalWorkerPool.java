package io.eventbus.core.pool;

import java.time.Duration;
import java.util.function.Consumer;

/** A pool. */
public final class GlobalWorkerPool implements AutoCloseable {

    /** A pool's builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Opens. */
    public GlobalShare open(String name, int maxConcurrency) {
        throw new UnsupportedOperationException();
    }

    /** Workers. */
    public int workers() {
        throw new UnsupportedOperationException();
    }

    /** Live workers. */
    public int liveWorkers() {
        throw new UnsupportedOperationException();
    }

    /** Closes. */
    public boolean close(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(30));
    }

    /** A builder. */
    public static final class Builder {
        private Builder() {}

        /** Workers. */
        public Builder workers(int value) {
            return this;
        }

        /** Capacity. */
        public Builder queueCapacity(int value) {
            return this;
        }

        /** Name. */
        public Builder name(String value) {
            return this;
        }

        /** Virtual. */
        public Builder virtualThreads(boolean value) {
            return this;
        }

        /** Idle. */
        public Builder idleTimeout(Duration value) {
            return this;
        }

        /** Hook. */
        public Builder uncaught(Consumer<? super Throwable> hook) {
            return this;
        }

        /** Builds. */
        public GlobalWorkerPool build() {
            return new GlobalWorkerPool();
        }
    }
}
