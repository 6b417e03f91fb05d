package io.eventbus.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cluster accepts, read back from it. */
final class BrokerLimits {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLimits.class);
    private static final String MESSAGE_MAX_BYTES = "message.max.bytes";

    private BrokerLimits() {}

    /**
     * The most bytes of a batch of one message: the least of what is configured for the producer, for the topics that are made, and for the
     * broker, if the user may read the latter.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or refuses the credentials
     */
    static int largestBatch(KafkaAdmin admin, KafkaConfig config) {
        Collection<Node> nodes = admin.await(admin.client().describeCluster().nodes());
        int least = config.publishing().maxMessageBytes();
        String ofTopics = config.cluster().topicConfigs().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        int ofBroker = ofTopics == null ? ofBroker(admin, nodes) : Integer.parseInt(ofTopics.trim());
        if (ofBroker < least) {
            LOG.info(
                    "The broker takes {} bytes in a batch, less than eventbus.kafka.max-message-bytes {}",
                    ofBroker,
                    least);
        }
        return Math.min(least, ofBroker);
    }

    private static int ofBroker(KafkaAdmin admin, Collection<Node> nodes) {
        if (nodes.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        ConfigResource broker = new ConfigResource(
                ConfigResource.Type.BROKER, nodes.iterator().next().idString());
        try {
            Map<ConfigResource, Config> configs =
                    admin.await(admin.client().describeConfigs(List.of(broker)).all());
            Config found = configs.get(broker);
            ConfigEntry entry = found == null ? null : found.get(MESSAGE_MAX_BYTES);
            return entry == null || entry.value() == null ? Integer.MAX_VALUE : Integer.parseInt(entry.value());
        } catch (AuthorizationException e) {
            LOG.debug("The user may not read the broker's configuration; its limit of a message is not known", e);
            return Integer.MAX_VALUE;
        }
    }
}
