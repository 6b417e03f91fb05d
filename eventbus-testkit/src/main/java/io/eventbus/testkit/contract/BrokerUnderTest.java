package io.eventbus.testkit.contract;

import io.eventbus.api.Capability;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A real broker with an adapter before it, as the kit drives it: the one thing that the author of an adapter implements.
 *
 * <p>It is made once per test class and serves all its tests one after the other; every test uses topics and groups of its own.
 *
 * <p>Concurrency: called from the test thread only, except that buses of several {@link KitBus}es run at the same time.
 */
public interface BrokerUnderTest extends AutoCloseable {

    /** The adapter's name as {@link io.eventbus.api.Capabilities#adapter()} gives it; also the name of the report file. */
    String name();

    /** The broker's version, for the report. */
    String version();

    /** What the adapter is meant to be able to do. The kit checks that its buses declare exactly this, so that none is lost unseen. */
    Set<Capability> capabilities();

    /**
     * Settings of the adapter with the secret in them, in whatever place it may be put, such as a password, that the broker does not mind: a bus
     * with them starts. Empty if the adapter has no secrets.
     */
    default Map<String, String> settingsWith(String secret) {
        return Map.of();
    }

    /**
     * A bus with a connection of its own, through a link of its own: what a further process of the application would be.
     *
     * @throws io.eventbus.api.EventBusException as the adapter and the bus throw it when they are configured and started as in an application;
     *     nothing is left running then
     */
    KitBus connect(KitOptions options);

    /** A transport straight to the broker with the settings that the buses have, not started; the kit reads with it what is on the wire. */
    Transport transport();

    /** A look at the broker past the adapter. */
    TopologyWindow topology();

    /** The name that the broker has for a group on a topic. */
    String durableName(String group, Topic topic);

    /**
     * Whether the broker cannot keep both topics, though their names differ and are legal. Then the kit demands that the second one is refused
     * with a {@link io.eventbus.api.TopologyException} that names the first.
     */
    default boolean collide(Topic one, Topic other) {
        return false;
    }

    /**
     * How long the broker waits for the outcome of one message before it delivers it again, with its consumer alive or not; empty if it
     * has no such deadline. Bindings choose a few seconds.
     */
    Optional<Duration> ackDeadline();

    /**
     * The longest time after which the un-settled messages of a consumer that died without a word go to another one. Bindings choose a few
     * seconds.
     */
    Duration takeOver();

    /** How long after its handler's success the settlement of a message may take to be durable, on a working connection. */
    default Duration settleDelay() {
        return Duration.ofSeconds(1);
    }

    /**
     * Whether the broker knows settled messages by one position of a partition only, as Kafka does: then a crash brings back what was settled
     * behind a message of its partition that was not.
     */
    default boolean settlesByPosition() {
        return false;
    }

    /** Whether the run writes a report; no for an adapter that is broken on purpose, from which nobody is to read guarantees. */
    default boolean reported() {
        return true;
    }

    /**
     * How long the kit waits for what must happen before it calls it missing. Generous, since a slow machine is not a broken adapter; an adapter
     * that is broken on purpose may be given up sooner.
     */
    default Duration patience() {
        return Scenario.PATIENCE;
    }

    /**
     * Stores a message that no bus wrote, with the broker's own client; returns when it is stored.
     *
     * @param topic is there already
     * @param key the broker's own key; where the broker has none, it is the header {@code X-Aggregate-ID}; null for none
     * @param headers plain ASCII
     * @param body any bytes
     */
    void publishForeign(Topic topic, @Nullable String key, Map<String, String> headers, byte[] body);

    /**
     * How many messages of the topic the broker has handed to the group's subscriptions without knowing them as settled, what the adapter has
     * fetched ahead included; about, while messages flow. The group was new in this test and no member of it has died.
     */
    long unsettled(Topic topic, String group);

    /** How many messages the adapter may hold beyond what the bus asked it for, where its client fetches in batches. */
    default int fetchedAhead() {
        return 0;
    }

    /**
     * The longest time after which the health of a bus shows that its connection carries nothing any more, although nobody closed it.
     */
    default Duration heartbeatBound() {
        return Duration.ofMinutes(1);
    }

    /**
     * How often members of groups were given or lost partitions, or whatever else they own, so far, counted over all buses that are open;
     * always 0 where a broker moves nothing.
     */
    default long rebalances() {
        return 0;
    }

    /** Whether {@link #killBroker()} can be called. Where it cannot, the kit says so in the report: the behaviour counts as refused. */
    boolean canKill();

    /** Ends the broker at once, without letting it save anything more; returns when it is gone. */
    void killBroker();

    /** Starts the broker again, with the same address and what it had stored durably; returns when it can be connected to. */
    void startBroker();

    /** Whether {@link #deleteTopic} can be called; where it cannot, what needs it counts as refused. */
    default boolean canDeleteTopics() {
        return false;
    }

    /**
     * Deletes a topic with all that is stored in it, as an operator would behind the back of the buses.
     *
     * @throws UnsupportedOperationException if topics of this broker cannot be deleted; what needs it counts as refused
     */
    default void deleteTopic(Topic topic) {
        throw new UnsupportedOperationException("cannot delete topics");
    }

    /**
     * Deletes a consumer group of a topic with its position, although it has members.
     *
     * @throws UnsupportedOperationException if the broker does not allow that; what needs it counts as refused
     */
    default void deleteGroup(Topic topic, String group) {
        throw new UnsupportedOperationException("cannot delete a group that has members");
    }

    /**
     * How a process of its own gets a bus on this broker; empty if only this JVM can reach it, so that behaviours of killed and frozen
     * processes count as refused.
     */
    default Optional<ChildBinding> child() {
        return Optional.empty();
    }

    /** Ends the broker and frees everything. */
    @Override
    void close();
}
