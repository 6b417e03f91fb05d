package io.eventbus.nats;

import io.eventbus.api.Topic;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The stream of each topic, and which topics are known to have one. */
final class KnownStreams {

    private final @Nullable String shared;
    private final boolean checked;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, String> names = new ConcurrentHashMap<>();

    KnownStreams(NatsConfig config) {
        this.shared = config.stream();
        this.checked = config.topology() != NatsConfig.Topology.NEVER;
    }

    /** The stream of a topic. Topics hold no equals sign, so two topics never share a name by accident. */
    String nameFor(Topic topic) {
        if (shared != null) {
            return shared;
        }
        String name = names.get(topic.name());
        if (name == null) {
            name = topic.name().replace('.', '=');
            names.put(topic.name(), name);
        }
        return name;
    }

    /** The stream acknowledged a message of the topic. */
    void seen(String topic) {
        if (!checked && !seen.contains(topic)) {
            seen.add(topic);
        }
    }

    /** Whether the topic has a stream as far as we know, so that silence means it is not there just now. */
    boolean expected(String topic) {
        return checked || seen.contains(topic);
    }
}
