package io.eventbus.api;

/**
 * A receiver of the one outcome of one publish.
 *
 * <p>It is called exactly once per publish, on a callback thread of the bus and never on the broker client's I/O thread, also when the
 * bus closes. It may block, though a few blocked callbacks delay others, and it may publish. What it throws is logged and counted and
 * changes nothing else.
 */
@FunctionalInterface
public interface PublishCallback {

    /** Receives the outcome. */
    void onResult(PublishResult result);
}
