package io.eventbus.nats;

import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a stream of ours should look like, and how one that is there differs from it. Pure.
 *
 * <p>Concurrency: immutable.
 */
final class StreamShape {

    private final StreamLimits limits;
    private final Duration deliveryTimeout;

    StreamShape(StreamLimits limits, Duration deliveryTimeout) {
        this.limits = limits;
        this.deliveryTimeout = deliveryTimeout;
    }

    /** A stream to make. */
    StreamConfiguration wanted(String name, Set<String> subjects) {
        return StreamConfiguration.builder()
                .name(name)
                .subjects(subjects)
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

    /** A stream that is there, with these subjects and what else it needs; what it keeps is left as it is. */
    StreamConfiguration raised(StreamConfiguration current, Set<String> subjects) {
        StreamConfiguration.Builder update =
                StreamConfiguration.builder(current).subjects(subjects);
        if (isWindowShort(current)) {
            update.duplicateWindow(limits.duplicateWindow());
        }
        return update.build();
    }

    /** Whether the window in which the stream knows a message again is shorter than the time for which one may be sent again. */
    boolean isWindowShort(StreamConfiguration current) {
        return current.getDuplicateWindow().compareTo(deliveryTimeout) < 0;
    }

    /** What would break a promise. */
    List<String> differences(StreamConfiguration current) {
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
        if (isWindowShort(current)) {
            differences.add("its duplicate window is " + current.getDuplicateWindow()
                    + ", shorter than the delivery timeout " + deliveryTimeout);
        }
        return differences;
    }

    /** What keeps less than configured. */
    List<String> limitDifferences(StreamConfiguration current) {
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

    /** What the server made otherwise than it was asked to, and what of it would break a promise. */
    List<String> differences(StreamConfiguration made, StreamConfiguration wanted) {
        List<String> differences = differences(made);
        if (made.getStorageType() != wanted.getStorageType()) {
            differences.add("storage is " + made.getStorageType() + ", asked for " + wanted.getStorageType());
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
}
