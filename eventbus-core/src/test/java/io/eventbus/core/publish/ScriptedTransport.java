package io.eventbus.core.publish;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A transport that notes every send and does with it what the test says; unless told otherwise it keeps the answer back. */
final class ScriptedTransport implements Transport {

    private final Set<Capability> capabilities;
    private final List<Send> sends = new ArrayList<>();
    private final AtomicLong offset = new AtomicLong();
    final AtomicInteger opens = new AtomicInteger();
    volatile Consumer<Send> onSend = send -> {};
    volatile Consumer<Topic> onOpen = topic -> {};

    ScriptedTransport(Capability... capabilities) {
        this.capabilities = Set.of(capabilities);
    }

    /** One call of send. */
    final class Send {
        final OutboundMessage message;
        final SendCallback callback;

        Send(OutboundMessage message, SendCallback callback) {
            this.message = message;
            this.callback = callback;
        }

        String id() {
            return message.messageId();
        }

        void ack() {
            callback.acknowledged(new Position(message.topic().name(), 0, offset.incrementAndGet()), false);
        }

        void fail(PublishException.Reason reason) {
            callback.failed(new PublishException(reason, "scripted", null));
        }
    }

    List<Send> sends() {
        synchronized (sends) {
            return new ArrayList<>(sends);
        }
    }

    List<String> sentIds() {
        return sends().stream().map(Send::id).toList();
    }

    Send send(int index) {
        synchronized (sends) {
            return sends.get(index);
        }
    }

    static EventBusException error(PublishException.Reason reason) {
        return new PublishException(reason, "scripted", null);
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public boolean nullBody() {
        return false;
    }

    @Override
    public void start(Duration deliveryTimeout) {}

    @Override
    public long maxMessageBytes() {
        return 1 << 20;
    }

    @Override
    public void open(Topic topic, Duration timeout) {
        opens.incrementAndGet();
        onOpen.accept(topic);
    }

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        Send send = new Send(message, done);
        synchronized (sends) {
            sends.add(send);
        }
        onSend.accept(send);
    }

    @Override
    public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Health.Component health() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(Duration timeout) {}
}
