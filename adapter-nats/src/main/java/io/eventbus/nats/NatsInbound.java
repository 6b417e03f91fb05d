package io.eventbus.nats;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A message of a stream with its handle for settling: the reply subject of its latest delivery. A message that was read from the stream
 * was delivered to somebody else, or into a broken connection, and has not come here with a handle; it is settled through one that is made up
 * ({@link AckSubject#madeUp}) until the server delivers it again. If it is done before, that delivery is acknowledged too when it comes.
 *
 * <p>Concurrency: the handle may be refreshed by the fetcher while a worker settles. Each writes its own variable before it reads the
 * other's, so at least one of them acknowledges on the new handle.
 */
final class NatsInbound implements InboundMessage {

    private static final byte[] ACK = "+ACK".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAK = "-NAK".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAK_SOON = "-NAK {\"delay\":100000000}".getBytes(StandardCharsets.US_ASCII);
    static final byte[] IN_PROGRESS = "+WPI".getBytes(StandardCharsets.US_ASCII);
    private static final String BROKER_HEADERS = "Nats-";

    private enum State {
        OPEN,
        DONE,
        GIVEN_BACK
    }

    private final QuietPublisher connection;
    private final Topic topic;
    private final NatsAssignment assignment;
    private final Position position;
    private final int deliveries;
    private final io.nats.client.impl.@Nullable Headers wireHeaders;
    private final byte[] body;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private volatile String handle;
    /** What it is given back through as long as it has no handle of a delivery; null if it has. */
    private volatile @Nullable String madeUpForGivingBack;

    NatsInbound(
            QuietPublisher connection,
            Source source,
            Position position,
            int deliveries,
            String handle,
            Content content) {
        this.connection = connection;
        this.topic = source.topic;
        this.assignment = source.assignment;
        this.position = position;
        this.deliveries = deliveries;
        this.handle = handle;
        this.wireHeaders = content.headers;
        this.body = content.body;
    }

    /**
     * A message that was read from the stream, after it had been delivered but not to us.
     *
     * @param delivery the consumer's number of a delivery that is not before that of this message
     */
    static NatsInbound read(
            NatsConnection connection, Source source, Position position, long delivery, Content content) {
        String durable = source.assignment.name();
        String settle = AckSubject.madeUp(position.log(), durable, position.offset(), 0);
        NatsInbound message = new NatsInbound(connection, source, position, 2, settle, content);
        message.madeUpForGivingBack = AckSubject.madeUp(position.log(), durable, position.offset(), delivery);
        return message;
    }

    /** Where a message comes from. */
    record Source(Topic topic, NatsAssignment assignment) {}

    /** What a message holds. */
    @SuppressWarnings("ArrayRecordComponent") // handed through by reference; never compared
    record Content(io.nats.client.impl.@Nullable Headers headers, byte[] body) {}

    long sequence() {
        return position.offset();
    }

    /** The server delivered the message again. */
    void refresh(String newHandle) {
        handle = newHandle;
        madeUpForGivingBack = null;
        if (state.get() == State.DONE) {
            connection.publishQuietly(newHandle, ACK);
        }
    }

    @Override
    public Topic topic() {
        return topic;
    }

    @Override
    public Position position() {
        return position;
    }

    @Override
    public Assignment assignment() {
        return assignment;
    }

    @Override
    public int deliveries() {
        return deliveries;
    }

    /** As they were sent, without those that are JetStream's own ({@code Nats-…}). */
    @Override
    public Headers headers() {
        io.nats.client.impl.Headers from = wireHeaders;
        if (from == null) {
            return Headers.empty();
        }
        Headers.Builder out = Headers.builder();
        for (Map.Entry<String, List<String>> entry : from.entrySet()) {
            String name = entry.getKey();
            if (name.startsWith(BROKER_HEADERS)) {
                continue;
            }
            List<String> values = entry.getValue();
            for (int i = 0; i < values.size(); i++) {
                out.addTrusted(name, values.get(i));
            }
        }
        return out.build();
    }

    /** None: NATS messages have no key of their own; it travels in a header. */
    @Override
    public byte @Nullable [] key() {
        return null;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public void ack() {
        settle(State.DONE, ACK);
    }

    @Override
    public void giveBack() {
        settle(State.GIVEN_BACK, NAK);
    }

    @Override
    public void keepAlive() {
        if (state.get() == State.OPEN && connection.connected()) {
            connection.publishQuietly(handle, IN_PROGRESS);
        }
    }

    private void settle(State outcome, byte[] word) {
        if (!state.compareAndSet(State.OPEN, outcome)) {
            return;
        }
        String current = handle;
        String madeUp = outcome == State.GIVEN_BACK ? madeUpForGivingBack : null;
        connection.publishQuietly(madeUp == null ? current : madeUp, word);
        if (outcome == State.GIVEN_BACK) {
            assignment.givenBack(this);
        } else {
            assignment.settled(this, current);
        }
    }

    /** Acknowledges a delivery of a message that is done. */
    static void acknowledge(NatsConnection connection, String handle) {
        connection.publishQuietly(handle, ACK);
    }

    /** Gives a delivery back that is not wanted; it comes again at once. */
    static void giveBack(NatsConnection connection, String handle) {
        connection.publishQuietly(handle, NAK);
    }

    /** Gives a delivery back that is not wanted; it comes again a little later, so that it does not come to the one who is leaving. */
    static void giveBackSoon(NatsConnection connection, String handle) {
        connection.publishQuietly(handle, NAK_SOON);
    }

    @Override
    public String toString() {
        return position.toString();
    }
}
