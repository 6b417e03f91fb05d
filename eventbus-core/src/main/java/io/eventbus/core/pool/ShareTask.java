package io.eventbus.core.pool;

/** A task without order. */
final class ShareTask extends Work {

    final PooledTask task;
    private final ShareClient client;

    /** Guarded by the client's lock. */
    long waitsUntil;

    ShareTask(ShareClient client, PooledTask task) {
        this.client = client;
        this.task = task;
    }

    @Override
    boolean work() {
        return client.run(this);
    }

    @Override
    void due() {
        client.due(this);
    }
}
