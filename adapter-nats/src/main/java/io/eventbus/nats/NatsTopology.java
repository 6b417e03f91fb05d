package io.eventbus.nats;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.api.spi.ConsumerSpec;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams and durable consumers that the transport needs: made, checked or left alone, as configured. Subjects are added and never
 * removed, limits never lowered, consumers never deleted, and every setting that a promise needs is read back.
 *
 * <p>Concurrency: all methods may be called from any thread and wait for the server.
 */
final class NatsTopology {

    private static final Logger LOG = LoggerFactory.getLogger(NatsTopology.class);
    private static final int STREAM_NOT_FOUND = 10059;
    private static final int CONSUMER_NOT_FOUND = 10014;
    private static final int STREAM_NAME_IN_USE = 10058;
    private static final int SUBJECTS_OVERLAP = 10065;
    private static final int FILTER_OUTSIDE_STREAM = 10093;
    /** Insufficient resources, memory, storage. */
    private static final Set<Integer> NO_ROOM = Set.of(10023, 10028, 10047);

    private static final int ATTEMPTS = 10;

    private final NatsConfig config;
    private final NatsConnection connection;
    private final KnownStreams streams;
    private final Duration deliveryTimeout;
    /** The subjects this transport needs, so that one of them that another instance wrote over comes back with the next. */
    private final Set<String> subjects = new ConcurrentSkipListSet<>();

    NatsTopology(NatsConfig config, NatsConnection connection, KnownStreams streams, Duration deliveryTimeout) {
        this.config = config;
        this.connection = connection;
        this.streams = streams;
        this.deliveryTimeout = deliveryTimeout;
    }

    /** Makes sure that the topic has its stream. */
    void openTopic(Topic topic, Duration timeout) {
        if (config.topology() == NatsConfig.Topology.NEVER) {
            return;
        }
        String name = streams.nameFor(topic);
        String what = "stream " + name + " for topic " + topic;
        StreamInfo ready = request(what, name, timeout, jetStream -> {
            subjects.add(topic.name());
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                StreamInfo info = streamOrNull(jetStream, name);
                if (config.topology() == NatsConfig.Topology.VALIDATE) {
                    refuse(what, streamProblems(info, name, topic));
                }
                if (info == null) {
                    createStream(jetStream, name, topic);
                } else if (isReady(info.getConfiguration(), topic)) {
                    refuse(what, streamDifferences(info.getConfiguration()));
                    return info;
                } else {
                    raise(what, jetStream, info.getConfiguration(), topic);
                }
            }
            throw new TopologyException(
                    what + " does not keep the subject: after " + ATTEMPTS
                            + " attempts it is still not there. Another program seems to remove it; let programs only add subjects");
        });
        LOG.debug("{} is ready since {}", what, ready.getCreateTime());
    }

    /** Everything that a topic's stream lacks, for a topology that is checked and not made. */
    private List<String> streamProblems(@Nullable StreamInfo info, String name, Topic topic) {
        List<String> problems = new ArrayList<>();
        if (info == null) {
            problems.add("stream " + name + " does not exist, it needs "
                    + newStream(name, topic).toJson());
            return problems;
        }
        StreamConfiguration current = info.getConfiguration();
        if (!takes(current.getSubjects(), topic.name())) {
            problems.add("its subjects are " + current.getSubjects() + ", without " + topic);
        }
        problems.addAll(streamDifferences(current));
        problems.addAll(limitDifferences(current));
        return problems;
    }

    /** Checks stream and durable together, so that one error tells everything. */
    private void validate(ConsumerSpec spec) {
        String stream = streams.nameFor(spec.topic());
        String durable = durableName(spec);
        String what = "stream " + stream + " for topic " + spec.topic() + " with consumer " + durable;
        List<String> problems = request(what, stream, config.requestTimeout(), jetStream -> {
            StreamInfo info = streamOrNull(jetStream, stream);
            List<String> found = streamProblems(info, stream, spec.topic());
            if (spec.anonymous()) {
                return found;
            }
            ConsumerInfo consumer = info == null ? null : consumerOrNull(jetStream, stream, durable);
            if (consumer == null) {
                found.add("consumer " + durable + " does not exist, it needs "
                        + newConsumer(spec, durable).toJson());
            } else {
                found.addAll(consumerDifferences(consumer.getConsumerConfiguration(), spec));
            }
            return found;
        });
        refuse(what, problems);
    }

    /** Makes sure that the group has its durable consumer on the topic, with the options our promises need; its state now. */
    ConsumerInfo openConsumer(ConsumerSpec spec) {
        String stream = streams.nameFor(spec.topic());
        String durable = durableName(spec);
        String what = "consumer " + durable + " on stream " + stream + " for topic " + spec.topic();
        return request(what, stream, config.requestTimeout(), jetStream -> {
            ConsumerInfo info = consumerOrNull(jetStream, stream, durable);
            if (makes(spec)) {
                if (info == null) {
                    createConsumer(what, jetStream, stream, newConsumer(spec, durable));
                } else if (!consumerDifferences(info.getConsumerConfiguration(), spec)
                        .isEmpty()) {
                    LOG.info("changing {}: {}", what, consumerDifferences(info.getConsumerConfiguration(), spec));
                    jetStream.addOrUpdateConsumer(stream, changed(info.getConsumerConfiguration(), spec));
                }
                info = consumerOrNull(jetStream, stream, durable);
                if (info != null && hasOtherWaiting(info.getConsumerConfiguration())) {
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
                        + newConsumer(spec, durable).toJson());
            }
            List<String> differences = consumerDifferences(info.getConsumerConfiguration(), spec);
            if (!differences.isEmpty()) {
                throw new TopologyException(what + " is not as it must be: " + String.join("; ", differences)
                        + ". Change the consumer or the settings");
            }
            return info;
        });
    }

    private static void createConsumer(
            String what, JetStreamManagement jetStream, String stream, ConsumerConfiguration wanted)
            throws IOException, JetStreamApiException {
        LOG.info("making {}", what);
        try {
            jetStream.addOrUpdateConsumer(
                    stream,
                    wanted.getDeliverPolicy() == DeliverPolicy.New ? fromNowOn(jetStream, stream, wanted) : wanted);
        } catch (JetStreamApiException e) {
            if (consumerOrNull(jetStream, stream, wanted.getDurable()) == null) {
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
        return ConsumerConfiguration.builder(wanted)
                .deliverPolicy(DeliverPolicy.ByStartSequence)
                .startSequence(last + 1)
                .build();
    }

    /** The stream sequence up to which a durable owes nothing: it is acknowledged, or lies before the durable's beginning. */
    static long floor(ConsumerInfo durable) {
        boolean untouched = durable.getDelivered().getConsumerSequence() == 0;
        long before = Math.max(
                durable.getConsumerConfiguration().getStartSequence() - 1,
                untouched ? durable.getDelivered().getStreamSequence() : 0);
        return Math.max(durable.getAckFloor().getStreamSequence(), before);
    }

    /** Makes sure that the topic has its stream and the group its durable. */
    Opened open(ConsumerSpec spec) {
        if (config.topology() == NatsConfig.Topology.VALIDATE) {
            validate(spec);
        }
        for (int attempt = 1; ; attempt++) {
            openTopic(spec.topic(), config.requestTimeout());
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

    private Opened openOnStream(ConsumerSpec spec) {
        if (!looksAtStream(spec)) {
            ConsumerInfo durable = openConsumer(spec);
            return new Opened(durable, durable.getCreationTime(), false);
        }
        // Asked first: a stream made anew in between must not pass for the one on which the durable was seen.
        ZonedDateTime madeAt = madeAt(spec.topic());
        return new Opened(openConsumer(spec), madeAt, false);
    }

    /** Two programs that add subjects to one stream at the same time write over each other, since a stream is read and then written. */
    private boolean lostItsSubject(TopologyException error) {
        return config.topology() == NatsConfig.Topology.CREATE
                && error.getCause() instanceof JetStreamApiException refusal
                && refusal.getApiErrorCode() == FILTER_OUTSIDE_STREAM;
    }

    /** When the stream of a topic was made, which tells whether it is still the same one. */
    private ZonedDateTime madeAt(Topic topic) {
        String stream = streams.nameFor(topic);
        return request(
                "stream " + stream,
                stream,
                config.requestTimeout(),
                jetStream -> jetStream.getStreamInfo(stream).getCreateTime());
    }

    /**
     * Makes a durable again that vanished, or looks at one that was made anew. Where streams are not looked at, a durable that was made
     * anew passes for one on a new stream: at worst its events are handled again.
     *
     * @param madeAt what {@link Opened#madeAt} was
     * @param from the stream sequence to begin with if the stream is still the same
     */
    Opened reopenConsumer(ConsumerSpec spec, ZonedDateTime madeAt, long from) {
        if (!looksAtStream(spec)) {
            ConsumerInfo there = openConsumer(spec);
            return new Opened(
                    there, there.getCreationTime(), !there.getCreationTime().isEqual(madeAt));
        }
        String stream = streams.nameFor(spec.topic());
        String durable = durableName(spec);
        ZonedDateTime madeNow = madeAt(spec.topic());
        boolean same = madeNow.isEqual(madeAt);
        if (makes(spec) && same) {
            request("consumer " + durable, stream, config.requestTimeout(), jetStream -> {
                if (consumerOrNull(jetStream, stream, durable) == null) {
                    LOG.warn("making consumer {} on stream {} again, from sequence {} on", durable, stream, from);
                    jetStream.addOrUpdateConsumer(
                            stream,
                            ConsumerConfiguration.builder(newConsumer(spec, durable))
                                    .deliverPolicy(DeliverPolicy.ByStartSequence)
                                    .startSequence(from)
                                    .build());
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
        return new Opened(openConsumer(same ? spec : fromStart), madeNow, !same);
    }

    /**
     * A durable that is there.
     *
     * @param durable its state
     * @param madeAt when its stream was made; where streams are not looked at, when the durable was made
     * @param newStream whether its sequences have nothing to do with those before
     */
    record Opened(ConsumerInfo durable, ZonedDateTime madeAt, boolean newStream) {}

    /** The consumer of an anonymous subscription is no topology that somebody could have made before: it is made whatever the setting. */
    private boolean makes(ConsumerSpec spec) {
        return config.topology() == NatsConfig.Topology.CREATE || spec.anonymous();
    }

    private boolean looksAtStream(ConsumerSpec spec) {
        return config.topology() != NatsConfig.Topology.NEVER || spec.anonymous();
    }

    private static String durableName(ConsumerSpec spec) {
        return durableName(spec.group(), spec.topic());
    }

    /** The durable of a group on a topic: the same for ever, and another one for every other group or topic. */
    static String durableName(String group, Topic topic) {
        return group + "@" + topic.name().replace('.', '=');
    }

    ConsumerConfiguration newConsumer(ConsumerSpec spec, String durable) {
        ConsumerConfiguration.Builder consumer = ConsumerConfiguration.builder()
                .durable(durable)
                .filterSubject(spec.topic().name())
                .deliverPolicy(spec.startPosition() == StartPosition.LATEST ? DeliverPolicy.New : DeliverPolicy.All)
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(config.ackWait())
                .maxDeliver(-1)
                .maxAckPending(neededAckPending(spec))
                .maxPullWaiting(config.maxWaiting());
        return (spec.anonymous() ? consumer.inactiveThreshold(AnonymousConsumer.KEPT) : consumer).build();
    }

    StreamConfiguration newStream(String name, Topic topic) {
        StreamLimits limits = config.streamLimits();
        Set<String> wanted = new LinkedHashSet<>();
        if (config.stream() != null) {
            wanted.addAll(subjects);
        }
        wanted.add(topic.name());
        return StreamConfiguration.builder()
                .name(name)
                .subjects(wanted)
                .retentionPolicy(RetentionPolicy.Limits)
                .storageType(limits.storage() == NatsConfig.Storage.FILE ? StorageType.File : StorageType.Memory)
                .discardPolicy(limits.discard() == NatsConfig.Discard.OLD ? DiscardPolicy.Old : DiscardPolicy.New)
                .replicas(limits.replicas())
                .maxBytes(limits.maxBytes())
                .maxMessages(limits.maxMessages())
                .maxAge(limits.maxAge())
                .duplicateWindow(limits.duplicateWindow())
                .build();
    }

    private void createStream(JetStreamManagement jetStream, String name, Topic topic)
            throws IOException, JetStreamApiException {
        StreamConfiguration wanted = newStream(name, topic);
        try {
            StreamConfiguration made = jetStream.addStream(wanted).getConfiguration();
            LOG.info("made stream {} for topic {}", name, topic);
            List<String> differences = new ArrayList<>(streamDifferences(made));
            if (made.getStorageType() != wanted.getStorageType()) {
                differences.add("storage is " + made.getStorageType() + ", asked for " + wanted.getStorageType());
            }
            refuse("stream " + name, differences);
        } catch (JetStreamApiException e) {
            // A server that looks for the name before another one makes the stream, and for overlaps after it, calls
            // the stream its own rival.
            boolean overlapsItself = e.getApiErrorCode() == SUBJECTS_OVERLAP && streamOrNull(jetStream, name) != null;
            if (e.getApiErrorCode() != STREAM_NAME_IN_USE && !overlapsItself) {
                throw e;
            }
            LOG.debug("stream {} was made by someone else meanwhile", name);
        }
    }

    private void raise(String what, JetStreamManagement jetStream, StreamConfiguration current, Topic topic)
            throws IOException, JetStreamApiException {
        Set<String> wanted = new LinkedHashSet<>(current.getSubjects());
        if (config.stream() == null) {
            wanted.add(topic.name());
        } else {
            subjects.stream()
                    .filter(subject -> !takes(current.getSubjects(), subject))
                    .forEach(wanted::add);
        }
        StreamConfiguration.Builder update =
                StreamConfiguration.builder(current).subjects(wanted);
        if (current.getDuplicateWindow().compareTo(deliveryTimeout) < 0) {
            update.duplicateWindow(config.streamLimits().duplicateWindow());
        }
        LOG.info("changing {}: subjects {}", what, wanted);
        jetStream.updateStream(update.build());
    }

    private boolean isReady(StreamConfiguration current, Topic topic) {
        return takes(current.getSubjects(), topic.name())
                && current.getDuplicateWindow().compareTo(deliveryTimeout) >= 0;
    }

    /** What would break a promise. */
    private List<String> streamDifferences(StreamConfiguration current) {
        List<String> differences = new ArrayList<>();
        if (current.getNoAck()) {
            differences.add("no_ack is set, so nothing published is ever acknowledged");
        }
        if (current.getRetentionPolicy() != RetentionPolicy.Limits) {
            differences.add("retention is " + current.getRetentionPolicy() + ", groups made later need limits");
        }
        if (current.getSealed()) {
            differences.add("it is sealed");
        }
        if (current.getDuplicateWindow().compareTo(deliveryTimeout) < 0) {
            differences.add("its duplicate window is " + current.getDuplicateWindow()
                    + ", shorter than the delivery timeout " + deliveryTimeout);
        }
        return differences;
    }

    /** What keeps less than configured. */
    private List<String> limitDifferences(StreamConfiguration current) {
        StreamLimits limits = config.streamLimits();
        List<String> differences = new ArrayList<>();
        below("max_bytes", current.getMaxBytes(), limits.maxBytes(), differences);
        below("max_msgs", current.getMaxMsgs(), limits.maxMessages(), differences);
        below("max_age", current.getMaxAge().toMillis(), limits.maxAge().toMillis(), differences);
        below("max_msgs_per_subject", current.getMaxMsgsPerSubject(), 0, differences);
        below("max_msg_size", current.getMaximumMessageSize(), 0, differences);
        if (current.getReplicas() < limits.replicas()) {
            differences.add("num_replicas is " + current.getReplicas() + ", configured are " + limits.replicas());
        }
        boolean onDisk = current.getStorageType() == StorageType.File;
        if (!onDisk && limits.storage() == NatsConfig.Storage.FILE) {
            differences.add("storage is memory, configured is file");
        }
        boolean discardsNew = current.getDiscardPolicy() == DiscardPolicy.New;
        if (discardsNew != (limits.discard() == NatsConfig.Discard.NEW)) {
            differences.add("discard is " + current.getDiscardPolicy() + ", configured is "
                    + limits.discard().name().toLowerCase(java.util.Locale.ROOT));
        }
        return differences;
    }

    /** A limit that is not set (zero or below) is no limit. */
    private static void below(String name, long current, long configured, List<String> differences) {
        boolean limited = current > 0;
        if (limited && (configured <= 0 || current < configured)) {
            differences.add(name + " is " + current + ", configured is " + (configured <= 0 ? "no limit" : configured));
        }
    }

    private List<String> consumerDifferences(ConsumerConfiguration current, ConsumerSpec spec) {
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

    private boolean hasOtherWaiting(ConsumerConfiguration current) {
        return current.getMaxPullWaiting() != config.maxWaiting();
    }

    private ConsumerConfiguration changed(ConsumerConfiguration current, ConsumerSpec spec) {
        long pending = Math.max(current.getMaxAckPending(), neededAckPending(spec));
        return ConsumerConfiguration.builder(current)
                .ackWait(config.ackWait())
                .maxDeliver(-1)
                .maxAckPending(pending)
                .build();
    }

    private long neededAckPending(ConsumerSpec spec) {
        return Math.max(config.maxAckPending(), spec.maxInFlight());
    }

    private @Nullable StreamInfo streamOrNull(JetStreamManagement jetStream, String name)
            throws IOException, JetStreamApiException {
        try {
            return jetStream.getStreamInfo(name);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == STREAM_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private static @Nullable ConsumerInfo consumerOrNull(JetStreamManagement jetStream, String stream, String durable)
            throws IOException, JetStreamApiException {
        try {
            return jetStream.getConsumerInfo(stream, durable);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == CONSUMER_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private static void refuse(String what, List<String> differences) {
        if (!differences.isEmpty()) {
            throw new TopologyException(
                    what + " is not as it must be: " + String.join("; ", differences)
                            + ". Change the stream and its consumers, or the settings; eventbus.nats.topology=create makes what is missing");
        }
    }

    /** Whether one of the subjects, which may hold wildcards, takes the topic. */
    static boolean takes(List<String> subjects, String topic) {
        String[] tokens = topic.split("\\.");
        for (String subject : subjects) {
            if (matches(subject.split("\\."), tokens)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String[] pattern, String[] tokens) {
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].equals(">")) {
                return i < tokens.length;
            }
            if (i >= tokens.length || !pattern[i].equals("*") && !pattern[i].equals(tokens[i])) {
                return false;
            }
        }
        return pattern.length == tokens.length;
    }

    private <T> T request(String what, String stream, Duration timeout, Request<T> request) {
        Duration each = timeout.compareTo(config.requestTimeout()) < 0 ? timeout : config.requestTimeout();
        long began = System.nanoTime();
        try {
            return request.with(connection
                    .client()
                    .jetStreamManagement(
                            JetStreamOptions.builder().requestTimeout(each).build()));
        } catch (EventBusException e) {
            throw e;
        } catch (JetStreamApiException e) {
            throw refused(what, e);
        } catch (IOException | RuntimeException e) {
            throw unanswered(what, each, denial(began, stream), e);
        }
    }

    /** What keeps answers about a stream from coming, if it is that something is not allowed. */
    private @Nullable String denial(long since, String stream) {
        String refused = connection.refusedForGood();
        String inbox = refused == null ? connection.inboxDenied() : refused;
        String subject = connection.deniedSince(since, stream);
        return inbox != null || subject == null
                ? inbox
                : "the credentials do not allow to publish to " + subject
                        + "; allow it, or choose another eventbus.nats.topology (see docs/nats.md, permissions)";
    }

    private static EventBusException unanswered(String what, Duration waited, @Nullable String denial, Exception e) {
        if (denial != null) {
            return new ConnectionException("JetStream cannot be asked about " + what + ": " + denial, false, e);
        }
        return new ConnectionException(
                "JetStream did not answer about " + what + " within " + waited + ": " + e.getMessage()
                        + "; check that JetStream is enabled, has a leader and that the credentials allow $JS.API.>",
                true,
                e);
    }

    private static EventBusException refused(String what, JetStreamApiException e) {
        if (NO_ROOM.contains(e.getApiErrorCode())) {
            return new TopologyException(
                    what + " does not fit on the server: " + e.getErrorDescription() + " (" + e.getApiErrorCode()
                            + "), which reserves the limits of a stream; lower eventbus.nats.max-bytes or give JetStream more",
                    e);
        }
        if (e.getErrorCode() >= 500) {
            return new ConnectionException(
                    "JetStream cannot answer about " + what + " now: " + e.getErrorDescription() + " ("
                            + e.getApiErrorCode() + ")",
                    true,
                    e);
        }
        return new TopologyException(
                what + " is refused by JetStream: " + e.getErrorDescription() + " (" + e.getApiErrorCode()
                        + "); make it fit or change eventbus.nats.stream and the limits",
                e);
    }

    /** What is asked of the server. */
    private interface Request<T> {
        T with(JetStreamManagement jetStream) throws IOException, JetStreamApiException;
    }
}
