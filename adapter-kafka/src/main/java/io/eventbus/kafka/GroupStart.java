package io.eventbus.kafka;

import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a group that the broker does not know: its start position becomes a committed position of every partition before the
 * subscription begins. So what is published right afterwards is seen, and a restart goes on instead of starting once more.
 */
final class GroupStart {

    private static final Logger LOG = LoggerFactory.getLogger(GroupStart.class);

    private GroupStart() {}

    /**
     * Commits the start position if the group has no position in the topic yet.
     *
     * @return whether the group is new
     */
    static boolean pin(Topic topic, int partitions, String groupId, StartPosition start, KafkaAdmin admin) {
        if (isKnown(topic, groupId, admin)) {
            return false;
        }
        Map<TopicPartition, OffsetAndMetadata> positions = positions(topic, partitions, start, admin);
        try {
            commit(groupId, positions, admin);
            LOG.info("Group {} is new and begins with the {} event", groupId, start);
            return true;
        } catch (UnknownMemberIdException
                | GroupNotEmptyException
                | GroupSubscribedToTopicException
                | RebalanceInProgressException e) {
            LOG.debug("Group {} has members already: they have set its start", groupId, e);
            return false;
        }
    }

    private static void commit(String groupId, Map<TopicPartition, OffsetAndMetadata> positions, KafkaAdmin admin) {
        try {
            admin.await(
                    admin.client().alterConsumerGroupOffsets(groupId, positions).all());
        } catch (AuthorizationException e) {
            throw new MissingPermission(MissingPermission.ofReading(e), e);
        }
    }

    private static boolean isKnown(Topic topic, String groupId, KafkaAdmin admin) {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.await(
                admin.client().listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata(groupId),
                "DESCRIBE on the group " + groupId);
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : committed.entrySet()) {
            if (entry.getKey().topic().equals(topic.name()) && entry.getValue() != null) {
                return true;
            }
        }
        return false;
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(
            Topic topic, int partitions, StartPosition start, KafkaAdmin admin) {
        OffsetSpec spec = start == StartPosition.EARLIEST ? OffsetSpec.earliest() : OffsetSpec.latest();
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            wanted.put(new TopicPartition(topic.name(), partition), spec);
        }
        // What an open transaction will commit comes after the start.
        ListOffsetsOptions stable = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found =
                admin.await(admin.client().listOffsets(wanted, stable).all(), "DESCRIBE on topic " + topic);
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        found.forEach((partition, info) -> positions.put(partition, new OffsetAndMetadata(info.offset())));
        return positions;
    }
}
