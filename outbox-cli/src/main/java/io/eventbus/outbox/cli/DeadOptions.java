package io.eventbus.outbox.cli;

import io.eventbus.outbox.DeadFilter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which dead events are meant. */
final class DeadOptions {

    @Option(names = "--aggregate", paramLabel = "ID", order = 10, description = "Only the one of this aggregate.")
    private @Nullable String aggregate;

    @Option(names = "--topic", paramLabel = "NAME", order = 11, description = "Only those for this topic.")
    private @Nullable String topic;

    @Option(names = "--type", paramLabel = "EVENT-TYPE", order = 12, description = "Only those of this event type.")
    private @Nullable String type;

    @Option(
            names = "--reason-contains",
            paramLabel = "TEXT",
            order = 13,
            description = "Only those whose last failure contains this, in upper or lower case.")
    private @Nullable String reason;

    DeadFilter filter() {
        return new DeadFilter(aggregate, topic, type, reason);
    }

    boolean ofAggregate() {
        return aggregate != null;
    }
}
