package io.eventbus.core.consume;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Health;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A transport by hand: the test hands messages to the sink and sees what becomes of them. */
final class FakeTransport implements Transport {

    final List<OutboundMessage> sent = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final AtomicInteger demandChanges = new AtomicInteger();
    final OwnedAssignment assignment = new OwnedAssignment("fake/0", 1);
    volatile @Nullable EventBusException sendError;
    volatile Duration keepAliveEvery = Duration.ZERO;
    volatile Sink sink;
    volatile ConsumerSpec spec;
    private final AtomicLong offsets = new AtomicLong();

    record OwnedAssignment(String name, long epoch) implements Assignment {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public boolean nullBody() {
        return true;
    }

    @Override
    public void start(Duration deliveryTimeout) {}

    @Override
    public long maxMessageBytes() {
        return 1 << 20;
    }

    @Override
    public void open(Topic topic, Duration timeout) {}

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        EventBusException error = sendError;
        if (error != null) {
            done.failed(error);
            return;
        }
        sent.add(message);
        events.add("sent " + message.topic());
        done.acknowledged(new Position("fake", 0, offsets.incrementAndGet()), false);
    }

    @Override
    public TransportSubscription consume(ConsumerSpec consumerSpec, Sink consumerSink) {
        spec = consumerSpec;
        sink = consumerSink;
        sink.assigned(assignment);
        return new TransportSubscription() {
            @Override
            public Duration keepAliveEvery() {
                return keepAliveEvery;
            }

            @Override
            public void demandChanged() {
                demandChanges.incrementAndGet();
            }

            @Override
            public void stopFetching() {
                events.add("stopFetching");
            }

            @Override
            public void close(Duration timeout) {
                events.add("closed");
            }
        };
    }

    @Override
    public Health.Component health() {
        return new Health.Component("connection", Health.Status.UP, "");
    }

    @Override
    public void close(Duration timeout) {
        events.add("transport closed");
    }

    /** A message as the codec of another bus would have written it. */
    FakeMessage message(OutboundMessage wire) {
        return new FakeMessage(wire.headers(), wire.keyBytes(), wire.body());
    }

    FakeMessage raw(byte[] body) {
        return new FakeMessage(Headers.empty(), null, body);
    }

    final class FakeMessage implements InboundMessage {
        final Position position;
        final Assignment owner;
        final AtomicInteger acks = new AtomicInteger();
        final AtomicInteger keepAlives = new AtomicInteger();
        final AtomicInteger givenBack = new AtomicInteger();
        private final Headers headers;
        private final byte[] key;
        private final byte[] body;

        private FakeMessage(Headers headers, byte[] key, byte[] body) {
            this(new Position("fake", 0, offsets.incrementAndGet()), assignment, headers, key, body);
        }

        private FakeMessage(Position position, Assignment owner, Headers headers, byte[] key, byte[] body) {
            this.position = position;
            this.owner = owner;
            this.headers = headers;
            this.key = key;
            this.body = body;
        }

        /** The same message delivered once more, to another assignment. */
        FakeMessage again(Assignment newOwner) {
            return new FakeMessage(position, newOwner, headers, key, body);
        }

        @Override
        public Topic topic() {
            return spec.topic();
        }

        @Override
        public Position position() {
            return position;
        }

        @Override
        public Assignment assignment() {
            return owner;
        }

        @Override
        public int deliveries() {
            return 1;
        }

        @Override
        public Headers headers() {
            return headers;
        }

        @Override
        public byte[] key() {
            return key;
        }

        @Override
        public byte[] body() {
            return body;
        }

        @Override
        public void ack() {
            acks.incrementAndGet();
            events.add("ack " + position.offset());
        }

        @Override
        public void keepAlive() {
            keepAlives.incrementAndGet();
        }

        @Override
        public void giveBack() {
            givenBack.incrementAndGet();
        }
    }
}
