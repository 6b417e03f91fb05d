package io.eventbus.testkit.contract;

import io.eventbus.api.Topic;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A look at what a broker keeps for topics and groups, and a hand that makes topics there, both past the adapter: with the broker's own client,
 * as an operator would.
 *
 * <p>Concurrency: called from the test thread only, while buses run.
 */
public interface TopologyWindow {

    /** Whether the broker has what it needs to keep events of the topic. */
    boolean exists(Topic topic);

    /** The limits and settings of an existing topic, by name; equal maps mean that nothing was changed. What adding a topic changes is left out. */
    Map<String, String> settings(Topic topic);

    /** The names of the groups that the broker keeps for the topic, those of anonymous subscriptions included; empty if there is no topic. */
    Set<String> groups(Topic topic);

    /**
     * Makes the topic with every limit larger than the buses of the kit would make it: more partitions, more bytes, more messages. What adapters
     * may add to an existing topic (a subject, for example) is left for them to add.
     */
    void makeLarger(Topic topic);

    /**
     * Makes the topic, and the group if the adapter makes groups beforehand, so that they differ from what the buses of the kit need and configure in
     * as many ways as the adapter compares.
     *
     * @return for each difference a word by which the error must name it; empty if topics of this broker cannot differ
     */
    List<String> makeDifferent(Topic topic, String group);
}
