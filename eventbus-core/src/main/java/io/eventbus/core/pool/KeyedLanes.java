package io.eventbus.core.pool;

/** A client's view of a {@link KeyedWorkerPool}. */
public final class KeyedLanes implements AutoCloseable {

    KeyedLanes() {}

    /** Submits. */
    public boolean submit(Object key, PooledTask task) {
        return submit(key, 0, task);
    }

    /** Submits with weight. */
    public boolean submit(Object key, long bytes, PooledTask task) {
        throw new UnsupportedOperationException();
    }

    /** Room. */
    public boolean hasRoom() {
        throw new UnsupportedOperationException();
    }

    /** Lanes. */
    public int lanes() {
        throw new UnsupportedOperationException();
    }

    /** Tasks. */
    public int queued() {
        throw new UnsupportedOperationException();
    }

    /** Bytes. */
    public long queuedBytes() {
        throw new UnsupportedOperationException();
    }

    /** Waiting tasks. */
    public int waiting() {
        throw new UnsupportedOperationException();
    }

    /** Waiting bytes. */
    public long waitingBytes() {
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
