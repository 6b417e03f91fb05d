package io.eventbus.core.pool;

/** A client's view of a {@link GlobalWorkerPool}. */
public final class GlobalShare implements AutoCloseable {

    GlobalShare() {}

    /** Submits. */
    public boolean submit(PooledTask task) {
        throw new UnsupportedOperationException();
    }

    /** Submits unless full. */
    public boolean tryOffer(PooledTask task) {
        throw new UnsupportedOperationException();
    }

    /** Room. */
    public boolean hasRoom() {
        return room() > 0;
    }

    /** Room. */
    public int room() {
        throw new UnsupportedOperationException();
    }

    /** Tasks. */
    public int queued() {
        throw new UnsupportedOperationException();
    }

    /** Waiting tasks. */
    public int waiting() {
        throw new UnsupportedOperationException();
    }

    /** Wakes. */
    public void wakeAll() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
