package io.eventbus.memory.gallery;

import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventHandler;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.testkit.contract.KitOptions;
import io.eventbus.testkit.contract.Link;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One thing that is wrong with an adapter: what it puts around the sound transport, or, where the defect lies above the transport, around
 * the bus. Each bus has an instance of its own.
 */
interface Defect {

    /** Nothing is wrong. */
    Defect NONE = new Defect() {};

    default KitOptions options(KitOptions asked) {
        return asked;
    }

    /** What the adapter says it can do. */
    default Set<Capability> capabilities(Set<Capability> sound) {
        return sound;
    }

    /** What is said of settings that are wrong. */
    default ConfigurationException refusal(ConfigurationException sound) {
        return sound;
    }

    default Transport transport(Transport sound) {
        return sound;
    }

    default EventBus bus(EventBus sound) {
        return sound;
    }

    default Link link(Link sound) {
        return sound;
    }

    /** The broker is about to be killed. */
    default void brokerDies() {}

    /** What becomes of one send. */
    @FunctionalInterface
    interface Sending {
        void send(Transport sound, OutboundMessage message, SendCallback done);
    }

    static Defect ofOptions(UnaryOperator<KitOptions> change) {
        return new Defect() {
            @Override
            public KitOptions options(KitOptions asked) {
                return change.apply(asked);
            }
        };
    }

    static Defect ofTransport(UnaryOperator<Transport> change) {
        return new Defect() {
            @Override
            public Transport transport(Transport sound) {
                return change.apply(sound);
            }
        };
    }

    static Defect ofBus(UnaryOperator<EventBus> change) {
        return new Defect() {
            @Override
            public EventBus bus(EventBus sound) {
                return change.apply(sound);
            }
        };
    }

    static Defect ofSend(Sending sending) {
        return ofTransport(sound -> new ForwardingTransport(sound) {
            @Override
            public void send(OutboundMessage message, SendCallback done) {
                sending.send(sound, message, done);
            }
        });
    }

    static Defect ofSink(UnaryOperator<Sink> change) {
        return ofTransport(sound -> new ForwardingTransport(sound) {
            @Override
            Sink sink(Sink asked) {
                return change.apply(asked);
            }
        });
    }

    static Defect ofMessage(UnaryOperator<InboundMessage> change) {
        return ofSink(sink -> new ForwardingSink(sink) {
            @Override
            public void accept(InboundMessage message) {
                super.accept(change.apply(message));
            }
        });
    }

    static Defect ofHandler(UnaryOperator<EventHandler> change) {
        return ofBus(sound -> new ForwardingBus(sound) {
            @Override
            EventHandler handler(SubscriptionSpec spec, EventHandler asked) {
                return change.apply(asked);
            }
        });
    }

    static Defect ofSpec(UnaryOperator<SubscriptionSpec.Builder> change) {
        return ofBus(sound -> new ForwardingBus(sound) {
            @Override
            SubscriptionSpec spec(SubscriptionSpec asked) {
                return change.apply(ForwardingBus.copy(asked)).build();
            }
        });
    }

    static Defect ofCallback(UnaryOperator<PublishCallback> change) {
        return ofBus(sound -> new ForwardingBus(sound) {
            @Override
            PublishCallback callback(PublishCallback asked) {
                return change.apply(asked);
            }
        });
    }
}
