package io.eventbus.nats;

import io.eventbus.api.Topic;
import io.eventbus.testkit.contract.TopologyWindow;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A look at the streams and consumers of a server, with a connection of its own for each question. */
final class NatsWindow implements TopologyWindow {

    private final String url;
    private final long configuredBytes;

    NatsWindow(String url, long configuredBytes) {
        this.url = url;
        this.configuredBytes = configuredBytes;
    }

    @Override
    public boolean exists(Topic topic) {
        return !ask(jetStream -> jetStream.getStreamNames(topic.name())).isEmpty();
    }

    @Override
    public Map<String, String> settings(Topic topic) {
        StreamConfiguration stream =
                ask(jetStream -> jetStream.getStreamInfo(streamOf(topic)).getConfiguration());
        Map<String, String> settings = new TreeMap<>();
        settings.put("max_bytes", "" + stream.getMaxBytes());
        settings.put("max_msgs", "" + stream.getMaxMsgs());
        settings.put("max_msgs_per_subject", "" + stream.getMaxMsgsPerSubject());
        settings.put("max_msg_size", "" + stream.getMaximumMessageSize());
        settings.put("max_age", "" + stream.getMaxAge());
        settings.put("duplicate_window", "" + stream.getDuplicateWindow());
        settings.put("replicas", "" + stream.getReplicas());
        settings.put("storage", "" + stream.getStorageType());
        settings.put("discard", "" + stream.getDiscardPolicy());
        settings.put("retention", "" + stream.getRetentionPolicy());
        return settings;
    }

    @Override
    public Set<String> groups(Topic topic) {
        return ask(jetStream -> {
            Set<String> names = new TreeSet<>();
            for (String stream : jetStream.getStreamNames(topic.name())) {
                for (ConsumerInfo consumer : jetStream.getConsumers(stream)) {
                    if (topic.name().equals(consumer.getConsumerConfiguration().getFilterSubject())) {
                        names.add(consumer.getName());
                    }
                }
            }
            return names;
        });
    }

    /** With another subject, so that the adapter must change the stream. */
    @Override
    public void makeLarger(Topic topic) {
        ask(jetStream -> jetStream.addStream(StreamConfiguration.builder()
                .name(streamOf(topic))
                .subjects("other." + topic)
                .storageType(StorageType.File)
                .maxBytes(2 * configuredBytes)
                .maxMessages(5_000_000)
                .duplicateWindow(Duration.ofMinutes(10))
                .build()));
    }

    @Override
    public List<String> makeDifferent(Topic topic, String group) {
        ask(jetStream -> {
            jetStream.addStream(StreamConfiguration.builder()
                    .name(streamOf(topic))
                    .subjects("other." + topic)
                    .storageType(StorageType.Memory)
                    .retentionPolicy(RetentionPolicy.Interest)
                    .discardPolicy(DiscardPolicy.New)
                    .maxBytes(1 << 20)
                    .maxMessages(10)
                    .maxMessagesPerSubject(5)
                    .maximumMessageSize(1_000)
                    .maxAge(Duration.ofHours(1))
                    .duplicateWindow(Duration.ofSeconds(1))
                    .build());
            return jetStream.addOrUpdateConsumer(
                    streamOf(topic),
                    ConsumerConfiguration.builder()
                            .durable(Durable.nameFor(group, topic))
                            .filterSubject("other." + topic)
                            .ackWait(Duration.ofSeconds(1))
                            .maxDeliver(3)
                            .maxAckPending(1)
                            .maxPullWaiting(7)
                            .inactiveThreshold(Duration.ofHours(1))
                            .headersOnly(true)
                            .build());
        });
        return List.of(
                "its subjects are",
                "storage is",
                "retention is",
                "discard is",
                "max_bytes is",
                "max_msgs is",
                "max_msgs_per_subject is",
                "max_msg_size is",
                "max_age is",
                "duplicate window is",
                "filter_subject is",
                "ack_wait is",
                "max_deliver is",
                "max_ack_pending is",
                "max_waiting is",
                "inactive_threshold is",
                "headers_only is");
    }

    private static String streamOf(Topic topic) {
        return topic.name().replace('.', '=');
    }

    private <T> T ask(Question<T> question) {
        try (Connection connection = Nats.connect(url)) {
            return question.put(connection.jetStreamManagement());
        } catch (IOException | JetStreamApiException e) {
            throw new IllegalStateException("the server does not answer the kit", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private interface Question<T> {
        T put(JetStreamManagement jetStream) throws IOException, JetStreamApiException;
    }
}
