package io.eventbus.nats;

import io.eventbus.api.Health;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over how near a group is to losing messages because its stream is full and drops the oldest. It asks now and then and never
 * waits for the answer.
 */
final class DiscardWatch {

    private static final Logger LOG = LoggerFactory.getLogger(DiscardWatch.class);

    private final NatsConnection connection;
    private final DurableSubjects names;
    private volatile @Nullable String warning;
    private volatile boolean denied;

    DiscardWatch(NatsConnection connection, DurableSubjects names) {
        this.connection = connection;
        this.names = names;
    }

    /** Asks for the state of stream and durable; the answers change the health, and that of the durable is passed on. */
    void ask(Topic topic, Consumer<ConsumerInfo> told) {
        if (!connection.connected() || denied) {
            return;
        }
        var unused = connection
                .client()
                .request(names.streamState(), new byte[0])
                .thenCombine(
                        connection.client().request(names.state(), new byte[0]), (streamAnswer, consumerAnswer) -> {
                            StreamInfo streamNow = new StreamInfo(streamAnswer);
                            ConsumerInfo consumerNow = new ConsumerInfo(consumerAnswer);
                            if (!streamNow.hasError() && !consumerNow.hasError()) {
                                judge(streamNow, consumerNow, topic);
                                told.accept(consumerNow);
                            }
                            return consumerNow;
                        })
                .exceptionally(e -> {
                    LOG.debug("state of {} not known now", names.stream(), e);
                    return null;
                });
    }

    /** The state of the stream may not be asked for: the watch rests until the next connection. */
    void denied() {
        if (!denied) {
            LOG.info(
                    "the credentials do not allow to ask for the state of stream {}; health cannot tell when it drops messages that"
                            + " were not handled",
                    names.stream());
        }
        denied = true;
    }

    /** There is a new connection, which may be allowed more. */
    void allowed() {
        denied = false;
    }

    Health.@Nullable Component health(ConsumerSpec spec) {
        String why = warning;
        return why == null ? null : new Health.Component("subscription " + spec, Health.Status.DEGRADED, why);
    }

    private void judge(StreamInfo streamNow, ConsumerInfo consumerNow, Topic topic) {
        StreamState state = streamNow.getStreamState();
        boolean discards = streamNow.getConfiguration().getDiscardPolicy() != DiscardPolicy.New;
        // On a shared stream the acknowledged floor stays behind where the messages of other subjects are.
        boolean done = consumerNow.getNumPending() == 0 && consumerNow.getNumAckPending() == 0;
        String why = discards && !done && isFull(streamNow) ? verdict(state, Durable.floor(consumerNow)) : null;
        if (why != null && warning == null) {
            LOG.warn("group {} on topic {}: {}", names.durable(), topic, why);
        }
        warning = why;
    }

    private @Nullable String verdict(StreamState state, long ackFloor) {
        long unhandled = state.getLastSequence() - ackFloor;
        long held = state.getLastSequence() - state.getFirstSequence() + 1;
        if (unhandled <= 0 || unhandled < held / 10 * 9) {
            return null;
        }
        return "stream " + names.stream()
                + " is nearly full and drops its oldest messages, of which the group has not handled those from "
                + (ackFloor + 1) + " on (oldest stored " + state.getFirstSequence()
                + "); handle faster or raise the limits of the stream";
    }

    private static boolean isFull(StreamInfo streamNow) {
        StreamState state = streamNow.getStreamState();
        long maxMessages = streamNow.getConfiguration().getMaxMsgs();
        long maxBytes = streamNow.getConfiguration().getMaxBytes();
        return maxMessages > 0 && state.getMsgCount() >= maxMessages / 10 * 9
                || maxBytes > 0 && state.getByteCount() >= maxBytes / 10 * 9;
    }
}
