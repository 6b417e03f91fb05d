package io.eventbus.kafka;

import io.eventbus.api.Topic;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Whom a subscription asks about its topic. Never waits. */
interface TopicWatch {

    /** What the brokers say: the topic's identity, which another topic of the same name does not have; null if there is none. */
    record Answer(@Nullable Uuid id) {}

    /** Asks; the answer comes on a thread of Kafka's client, or never. */
    void ask(Topic topic, Consumer<Answer> answer);

    /** Makes the topic again in the background if the configuration says that topics are made; does nothing while that is under way. */
    void makeAgain(Topic topic);
}
