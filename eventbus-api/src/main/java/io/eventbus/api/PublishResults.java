package io.eventbus.api;

import java.util.List;

/**
 * The batching form of {@link PublishCallback}: outcomes arrive in lists, so that whoever settles rows can settle many with one
 * statement. Made into a callback by {@link EventPublisher#batching(PublishResults)}.
 *
 * <p>One list is delivered at a time, on a callback thread of the bus; what arrives meanwhile is in the next list. Every outcome is in
 * exactly one list. What it throws is logged and counted and changes nothing else.
 */
@FunctionalInterface
public interface PublishResults {

    /**
     * Receives outcomes.
     *
     * @param results at least one, unmodifiable, in the order in which the bus learned them
     */
    void onResults(List<PublishResult> results);
}
