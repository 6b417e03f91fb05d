package io.eventbus.kafka;

import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/** A refusal by the broker together with the permission that was missing, which the broker's own answer does not tell. */
final class MissingPermission extends AuthorizationException {

    private static final long serialVersionUID = 1L;

    MissingPermission(String permission, AuthorizationException refusal) {
        super("the user needs " + permission + " (docs/kafka.md, permissions)", refusal);
    }

    /** What a client that reads lacks. */
    static String ofReading(AuthorizationException refusal) {
        if (refusal instanceof GroupAuthorizationException group && group.groupId() != null) {
            return "READ on the group " + group.groupId();
        }
        if (refusal instanceof TopicAuthorizationException topic
                && !topic.unauthorizedTopics().isEmpty()) {
            return "READ and DESCRIBE on " + topic.unauthorizedTopics();
        }
        return "READ on the topic and on the group";
    }
}
