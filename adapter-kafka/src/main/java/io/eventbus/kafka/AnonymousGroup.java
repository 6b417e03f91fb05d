package io.eventbus.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of the group of an anonymous subscription: the one group that the bus deletes. Groups with a name given are never deleted. */
final class AnonymousGroup {

    private static final Logger LOG = LoggerFactory.getLogger(AnonymousGroup.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration LEAST = Duration.ofMillis(200);

    private AnonymousGroup() {}

    /**
     * Deletes it once its only member has left. What fails is left to the broker, which forgets a group without members after
     * {@code offsets.retention.minutes}.
     *
     * @param timeout the most time to take; a little more if there is hardly any
     */
    static void delete(KafkaClients clients, KafkaThreads threads, String groupId, Duration timeout) {
        try (KafkaAdmin admin = clients.admin(timeout.compareTo(LEAST) < 0 ? LEAST : timeout)) {
            while (!deleted(groupId, admin)) {
                threads.pause(LOOK_AGAIN);
            }
        } catch (KafkaException e) {
            LOG.info(
                    "Group {} of an anonymous subscription could not be deleted; the broker forgets it later",
                    groupId,
                    e);
        }
    }

    private static boolean deleted(String groupId, KafkaAdmin admin) {
        try {
            admin.await(admin.client().deleteConsumerGroups(List.of(groupId)).all());
            LOG.debug("Group {} was deleted", groupId);
            return true;
        } catch (GroupIdNotFoundException e) {
            LOG.debug("Group {} was not there", groupId, e);
            return true;
        } catch (GroupNotEmptyException e) {
            if (!admin.hasTime() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return false;
        }
    }
}
