package io.eventbus.nats;

import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
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
 * The streams of the topics: made, checked or left alone, as configured. Subjects are added and never removed, limits never lowered, and
 * every setting that a promise needs is read back.
 *
 * <p>Concurrency: all methods may be called from any thread and wait for the server.
 */
final class TopicStreams {

    private static final Logger LOG = LoggerFactory.getLogger(TopicStreams.class);
    private static final int ATTEMPTS = 10;

    private final NatsConfig config;
    private final NatsAdmin admin;
    private final KnownStreams names;
    private final StreamShape shape;
    /** The subjects this transport needs, so that one of them that another instance wrote over comes back with the next. */
    private final Set<String> subjects = new ConcurrentSkipListSet<>();

    TopicStreams(NatsConfig config, NatsAdmin admin, KnownStreams names, Duration deliveryTimeout) {
        this.config = config;
        this.admin = admin;
        this.names = names;
        this.shape = new StreamShape(config.streamLimits(), deliveryTimeout);
    }

    /** The name of the stream of a topic. */
    String nameFor(Topic topic) {
        return names.nameFor(topic);
    }

    /** Makes sure that the topic has its stream. */
    void open(Topic topic, Duration timeout) {
        if (config.topology() == NatsConfig.Topology.NEVER) {
            return;
        }
        String name = names.nameFor(topic);
        String what = "stream " + name + " for topic " + topic;
        StreamInfo ready = admin.request(what, name, timeout, jetStream -> {
            subjects.add(topic.name());
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                StreamInfo info = NatsAdmin.streamOrNull(jetStream, name);
                if (config.topology() == NatsConfig.Topology.VALIDATE) {
                    refuse(what, problems(info, name, topic));
                }
                if (info == null) {
                    create(jetStream, name, topic);
                } else if (isReady(info.getConfiguration(), topic)) {
                    refuse(what, shape.differences(info.getConfiguration()));
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

    /** When the stream of a topic was made, which tells whether it is still the same one. */
    ZonedDateTime madeAt(Topic topic) {
        String stream = names.nameFor(topic);
        return admin.request(
                "stream " + stream,
                stream,
                jetStream -> jetStream.getStreamInfo(stream).getCreateTime());
    }

    /** Everything that a topic's stream lacks, for a topology that is checked and not made. */
    List<String> problems(@Nullable StreamInfo info, String name, Topic topic) {
        List<String> problems = new ArrayList<>();
        if (info == null) {
            problems.add("stream " + name + " does not exist, it needs "
                    + shape.wanted(name, newSubjects(topic)).toJson());
            return problems;
        }
        StreamConfiguration current = info.getConfiguration();
        if (!new StreamSubjects(current.getSubjects()).take(topic.name())) {
            problems.add("its subjects are " + current.getSubjects() + ", without " + topic);
        }
        problems.addAll(shape.differences(current));
        problems.addAll(shape.limitDifferences(current));
        return problems;
    }

    /** Fails if there is a problem. */
    static void refuse(String what, List<String> differences) {
        if (!differences.isEmpty()) {
            throw new TopologyException(
                    what + " is not as it must be: " + String.join("; ", differences)
                            + ". Change the stream and its consumers, or the settings; eventbus.nats.topology=create makes what is missing");
        }
    }

    private void create(JetStreamManagement jetStream, String name, Topic topic)
            throws IOException, JetStreamApiException {
        StreamConfiguration wanted = shape.wanted(name, newSubjects(topic));
        try {
            StreamConfiguration made = jetStream.addStream(wanted).getConfiguration();
            LOG.info("made stream {} for topic {}", name, topic);
            refuse("stream " + name, shape.differences(made, wanted));
        } catch (JetStreamApiException e) {
            // A server that looks for the name before another one makes the stream, and for overlaps after it, calls
            // the stream its own rival.
            boolean overlapsItself = e.getApiErrorCode() == NatsAdmin.SUBJECTS_OVERLAP
                    && NatsAdmin.streamOrNull(jetStream, name) != null;
            if (e.getApiErrorCode() != NatsAdmin.STREAM_NAME_IN_USE && !overlapsItself) {
                throw e;
            }
            LOG.debug("stream {} was made by someone else meanwhile", name);
        }
    }

    private void raise(String what, JetStreamManagement jetStream, StreamConfiguration current, Topic topic)
            throws IOException, JetStreamApiException {
        Set<String> wanted = raisedSubjects(current, topic);
        LOG.info("changing {}: subjects {}", what, wanted);
        jetStream.updateStream(shape.raised(current, wanted));
    }

    private boolean isReady(StreamConfiguration current, Topic topic) {
        return new StreamSubjects(current.getSubjects()).take(topic.name()) && !shape.isWindowShort(current);
    }

    private Set<String> newSubjects(Topic topic) {
        Set<String> wanted = new LinkedHashSet<>();
        if (config.stream() != null) {
            wanted.addAll(subjects);
        }
        wanted.add(topic.name());
        return wanted;
    }

    private Set<String> raisedSubjects(StreamConfiguration current, Topic topic) {
        StreamSubjects there = new StreamSubjects(current.getSubjects());
        Set<String> wanted = new LinkedHashSet<>(there.patterns());
        if (config.stream() == null) {
            wanted.add(topic.name());
        } else {
            subjects.stream().filter(subject -> !there.take(subject)).forEach(wanted::add);
        }
        return wanted;
    }
}
