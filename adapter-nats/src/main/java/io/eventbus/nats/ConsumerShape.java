package io.eventbus.nats;

import io.eventbus.api.StartPosition;
import io.eventbus.api.spi.ConsumerSpec;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * What the durable consumer of a group should look like, and how one that is there differs from it. Pure.
 *
 * <p>Concurrency: immutable.
 */
final class ConsumerShape {

    private final NatsConfig config;

    ConsumerShape(NatsConfig config) {
        this.config = config;
    }

    /** A durable to make. */
    ConsumerConfiguration wanted(ConsumerSpec spec) {
        ConsumerConfiguration.Builder consumer = ConsumerConfiguration.builder()
                .durable(Durable.nameFor(spec))
                .filterSubject(spec.topic().name())
                .deliverPolicy(spec.startPosition() == StartPosition.LATEST ? DeliverPolicy.New : DeliverPolicy.All)
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(config.ackWait())
                .maxDeliver(-1)
                .maxAckPending(neededAckPending(spec))
                .maxPullWaiting(config.maxWaiting());
        return (spec.anonymous() ? consumer.inactiveThreshold(AnonymousConsumer.KEPT) : consumer).build();
    }

    /** A durable to make that begins at a stream sequence. */
    static ConsumerConfiguration from(ConsumerConfiguration wanted, long sequence) {
        return ConsumerConfiguration.builder(wanted)
                .deliverPolicy(DeliverPolicy.ByStartSequence)
                .startSequence(sequence)
                .build();
    }

    /** A durable that is there, with what can be changed made to fit. */
    ConsumerConfiguration changed(ConsumerConfiguration current, ConsumerSpec spec) {
        long pending = Math.max(current.getMaxAckPending(), neededAckPending(spec));
        return ConsumerConfiguration.builder(current)
                .ackWait(config.ackWait())
                .maxDeliver(-1)
                .maxAckPending(pending)
                .build();
    }

    /** What would break a promise or is not as configured. */
    List<String> differences(ConsumerConfiguration current, ConsumerSpec spec) {
        List<String> differences = new ArrayList<>();
        if (current.getDeliverSubject() != null) {
            differences.add("it is a push consumer, needed is a pull consumer");
        }
        if (current.getAckPolicy() != AckPolicy.Explicit) {
            differences.add("ack_policy is " + current.getAckPolicy() + ", needed is explicit");
        }
        if (!spec.topic().name().equals(current.getFilterSubject())) {
            differences.add("filter_subject is " + current.getFilterSubject() + ", needed is " + spec.topic());
        }
        if (!config.ackWait().equals(current.getAckWait())) {
            differences.add("ack_wait is " + current.getAckWait() + ", configured is " + config.ackWait());
        }
        if (current.getMaxDeliver() > 0) {
            differences.add("max_deliver is " + current.getMaxDeliver()
                    + ", after which messages would be lost; needed is no limit");
        }
        if (current.getMaxAckPending() > 0 && current.getMaxAckPending() < neededAckPending(spec)) {
            differences.add(
                    "max_ack_pending is " + current.getMaxAckPending() + ", needed are " + neededAckPending(spec));
        }
        boolean removable = current.getInactiveThreshold() != null
                && !current.getInactiveThreshold().isZero();
        if (removable != spec.anonymous()) {
            differences.add(
                    removable
                            ? "inactive_threshold is " + current.getInactiveThreshold()
                                    + ", after which the group's position would be lost; needed is none"
                            : "inactive_threshold is not set, so the server would never remove it; needed is "
                                    + AnonymousConsumer.KEPT);
        }
        if (config.topology() != NatsConfig.Topology.CREATE && hasOtherWaiting(current)) {
            differences.add("max_waiting is " + current.getMaxPullWaiting() + ", configured is " + config.maxWaiting());
        }
        if (current.isHeadersOnly()) {
            differences.add("headers_only is set");
        }
        return differences;
    }

    /** Whether it has another limit of waiting pull requests, which servers refuse to change and no promise needs. */
    boolean hasOtherWaiting(ConsumerConfiguration current) {
        return current.getMaxPullWaiting() != config.maxWaiting();
    }

    private long neededAckPending(ConsumerSpec spec) {
        return Math.max(config.maxAckPending(), spec.maxInFlight());
    }
}
