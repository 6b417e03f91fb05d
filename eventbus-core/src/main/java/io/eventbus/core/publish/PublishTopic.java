package io.eventbus.core.publish;

import io.eventbus.api.Topic;
import io.eventbus.api.spi.Transport;

/** What the pipeline knows of one topic: whether it is ready for sending, and the lanes of its keys. */
record PublishTopic(TopicGate gate, PublishLanes<SendOp> lanes) {

    static PublishTopic of(Transport transport, Topic topic) {
        return new PublishTopic(new TopicGate(transport, topic), new PublishLanes<>());
    }
}
