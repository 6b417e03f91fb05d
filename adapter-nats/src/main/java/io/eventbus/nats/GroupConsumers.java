package io.eventbus.nats;

import io.eventbus.api.StartPosition;
import io.eventbus.api.TopologyException;
import io.eventbus.api.spi.ConsumerSpec;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable consumers of the groups: made, checked or left alone, as configured, on streams that {@link TopicStreams} sees to. Consumers
 * are never deleted, and every setting that a promise needs is read back.
 *
 * <p>Concurrency: all methods may be called from any thread and wait for the server.
 */
final class GroupConsumers {

    private static final Logger LOG = LoggerFactory.getLogger(GroupConsumers.class);
    private static final int ATTEMPTS = 10;

    private final NatsConfig config;
    private final NatsAdmin admin;
    private final TopicStreams streams;
    private final ConsumerShape shape;

    GroupConsumers(NatsConfig config, NatsAdmin admin, TopicStreams streams) {
        this.config = config;
        this.admin = admin;
        this.streams = streams;
        this.shape = new ConsumerShape(config);
    }

    /** Makes sure that the topic has its stream and the group its durable. */
    Durable open(ConsumerSpec spec) {
        if (config.topology() == NatsConfig.Topology.VALIDATE) {
            validate(spec);
        }
        for (int attempt = 1; ; attempt++) {
            streams.open(spec.topic(), config.requestTimeout());
            try {
                return openOnStream(spec);
            } catch (TopologyException e) {
                if (!lostItsSubject(e) || attempt == ATTEMPTS) {
                    throw e;
                }
                LOG.info(
                        "the subject of topic {} was taken out of its stream meanwhile; it is added again",
                        spec.topic());
            }
        }
    }

    /**
     * Makes a durable again that vanished, or looks at one that was made anew. Where streams are not looked at, a durable that was made
     * anew passes for one on a new stream: at worst its events are handled again.
     *
     * @param madeAt what {@link Durable#madeAt} was
     * @param from the stream sequence to begin with if the stream is still the same
     */
    Durable reopen(ConsumerSpec spec, ZonedDateTime madeAt, long from) {
        streams.open(spec.topic(), config.requestTimeout());
        if (!looksAtStream(spec)) {
            ConsumerInfo there = openDurable(spec);
            return new Durable(
                    there, there.getCreationTime(), !there.getCreationTime().isEqual(madeAt));
        }
        String stream = streams.nameFor(spec.topic());
        String durable = Durable.nameFor(spec);
        ZonedDateTime madeNow = streams.madeAt(spec.topic());
        boolean same = madeNow.isEqual(madeAt);
        if (makes(spec) && same) {
            admin.request("consumer " + durable, stream, jetStream -> {
                if (NatsAdmin.consumerOrNull(jetStream, stream, durable) == null) {
                    LOG.warn("making consumer {} on stream {} again, from sequence {} on", durable, stream, from);
                    jetStream.addOrUpdateConsumer(stream, ConsumerShape.from(shape.wanted(spec), from));
                }
                return from;
            });
        }
        ConsumerSpec fromStart = new ConsumerSpec(
                spec.topic(),
                spec.group(),
                spec.ordering(),
                StartPosition.EARLIEST,
                spec.maxInFlight(),
                spec.maxProcessingTime(),
                spec.anonymous());
        return new Durable(openDurable(same ? spec : fromStart), madeNow, !same);
    }

    /** Checks stream and durable together, so that one error tells everything. */
    private void validate(ConsumerSpec spec) {
        String stream = streams.nameFor(spec.topic());
        String durable = Durable.nameFor(spec);
        String what = "stream " + stream + " for topic " + spec.topic() + " with consumer " + durable;
        List<String> problems = admin.request(what, stream, jetStream -> {
            StreamInfo info = NatsAdmin.streamOrNull(jetStream, stream);
            List<String> found = streams.problems(info, stream, spec.topic());
            if (spec.anonymous()) {
                return found;
            }
            ConsumerInfo consumer = info == null ? null : NatsAdmin.consumerOrNull(jetStream, stream, durable);
            if (consumer == null) {
                found.add("consumer " + durable + " does not exist, it needs "
                        + shape.wanted(spec).toJson());
            } else {
                found.addAll(shape.differences(consumer.getConsumerConfiguration(), spec));
            }
            return found;
        });
        TopicStreams.refuse(what, problems);
    }

    private Durable openOnStream(ConsumerSpec spec) {
        if (!looksAtStream(spec)) {
            ConsumerInfo durable = openDurable(spec);
            return new Durable(durable, durable.getCreationTime(), false);
        }
        // Asked first: a stream made anew in between must not pass for the one on which the durable was seen.
        ZonedDateTime madeAt = streams.madeAt(spec.topic());
        return new Durable(openDurable(spec), madeAt, false);
    }

    /** Two programs that add subjects to one stream at the same time write over each other, since a stream is read and then written. */
    private boolean lostItsSubject(TopologyException error) {
        return config.topology() == NatsConfig.Topology.CREATE && NatsAdmin.isOutsideStream(error);
    }

    /** Makes sure that the group has its durable consumer on the topic, with the options our promises need; its state now. */
    private ConsumerInfo openDurable(ConsumerSpec spec) {
        String stream = streams.nameFor(spec.topic());
        String durable = Durable.nameFor(spec);
        String what = "consumer " + durable + " on stream " + stream + " for topic " + spec.topic();
        return admin.request(what, stream, jetStream -> {
            ConsumerInfo info = NatsAdmin.consumerOrNull(jetStream, stream, durable);
            if (makes(spec)) {
                if (info == null) {
                    create(what, jetStream, stream, shape.wanted(spec));
                } else if (!shape.differences(info.getConsumerConfiguration(), spec)
                        .isEmpty()) {
                    LOG.info("changing {}: {}", what, shape.differences(info.getConsumerConfiguration(), spec));
                    jetStream.addOrUpdateConsumer(stream, shape.changed(info.getConsumerConfiguration(), spec));
                }
                info = NatsAdmin.consumerOrNull(jetStream, stream, durable);
                if (info != null && shape.hasOtherWaiting(info.getConsumerConfiguration())) {
                    // Servers refuse to change it; no promise needs it.
                    LOG.warn(
                            "{} keeps its max_waiting of {}, configured is {}: it cannot be changed on an existing consumer",
                            what,
                            info.getConsumerConfiguration().getMaxPullWaiting(),
                            config.maxWaiting());
                }
            }
            if (info == null) {
                throw new TopologyException(what + " does not exist and eventbus.nats.topology="
                        + config.topology().name().toLowerCase(java.util.Locale.ROOT)
                        + "; make it, or use create. It needs: "
                        + shape.wanted(spec).toJson());
            }
            List<String> differences = shape.differences(info.getConsumerConfiguration(), spec);
            if (!differences.isEmpty()) {
                throw new TopologyException(what + " is not as it must be: " + String.join("; ", differences)
                        + ". Change the consumer or the settings");
            }
            return info;
        });
    }

    private static void create(String what, JetStreamManagement jetStream, String stream, ConsumerConfiguration wanted)
            throws IOException, JetStreamApiException {
        LOG.info("making {}", what);
        try {
            jetStream.addOrUpdateConsumer(
                    stream,
                    wanted.getDeliverPolicy() == DeliverPolicy.New ? fromNowOn(jetStream, stream, wanted) : wanted);
        } catch (JetStreamApiException e) {
            if (NatsAdmin.consumerOrNull(jetStream, stream, wanted.getDurable()) == null) {
                throw e;
            }
            LOG.debug("{} was made by someone else meanwhile", what, e);
        }
    }

    /** With the sequence written down at which it begins: until the first acknowledgement some servers do not tell it otherwise. */
    private static ConsumerConfiguration fromNowOn(
            JetStreamManagement jetStream, String stream, ConsumerConfiguration wanted)
            throws IOException, JetStreamApiException {
        long last = jetStream.getStreamInfo(stream).getStreamState().getLastSequence();
        return ConsumerShape.from(wanted, last + 1);
    }

    /** The consumer of an anonymous subscription is no topology that somebody could have made before: it is made whatever the setting. */
    private boolean makes(ConsumerSpec spec) {
        return config.topology() == NatsConfig.Topology.CREATE || spec.anonymous();
    }

    private boolean looksAtStream(ConsumerSpec spec) {
        return config.topology() != NatsConfig.Topology.NEVER || spec.anonymous();
    }
}
