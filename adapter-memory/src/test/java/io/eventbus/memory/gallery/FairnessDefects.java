package io.eventbus.memory.gallery;

import io.eventbus.api.EventBus;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What can be wrong with how the workers are shared out among keys, subscriptions and buses. */
final class FairnessDefects {

    private FairnessDefects() {}

    /** Lanes are slots of a hash, as in a pool of striped queues: what waits in a slot delays all of its keys. */
    static Defect keysShareTwoSlots() {
        return Defect.ofMessage(message -> message.key() == null
                ? message
                : new ForwardingMessage(message) {
                    @Override
                    public byte[] key() {
                        return new byte[] {(byte) (Arrays.hashCode(super.key()) & 1)};
                    }
                });
    }

    /** A pool that looks after its longest queue: what has few events waits for what has many. */
    static Defect busiestKeyFirst() {
        Map<String, Integer> open = new ConcurrentHashMap<>();
        return new Defect() {
            @Override
            public Transport transport(Transport sound) {
                return Defect.ofMessage(message -> message.key() == null ? message : new CountedByKey(message, open))
                        .transport(sound);
            }

            @Override
            public EventBus bus(EventBus sound) {
                return Defect.ofHandler(asked -> delivery -> {
                            int own = open.getOrDefault(
                                    String.valueOf(delivery.envelope().aggregateId()), Integer.MAX_VALUE / 4);
                            return open.values().stream().anyMatch(other -> other > 4 * own)
                                    ? Outcome.retryAfter(Duration.ofMillis(20))
                                    : asked.handle(delivery);
                        })
                        .bus(sound);
            }
        };
    }

    private static final class CountedByKey extends ForwardingMessage {

        private final String key;
        private final Map<String, Integer> open;

        CountedByKey(InboundMessage sound, Map<String, Integer> open) {
            super(sound);
            this.key = new String(sound.key(), StandardCharsets.UTF_8);
            this.open = open;
            open.merge(key, 1, Integer::sum);
        }

        @Override
        public void ack() {
            less();
            super.ack();
        }

        @Override
        public void giveBack() {
            less();
            super.giveBack();
        }

        private void less() {
            open.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
        }
    }

    /** A pool that is not fair: as long as an earlier subscription of the bus has work, a later one has to wait. */
    static Defect earlierSubscriptionFirst() {
        List<Subscription> all = new CopyOnWriteArrayList<>();
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            EventHandler handler(SubscriptionSpec spec, EventHandler asked) {
                List<Subscription> earlier = List.copyOf(all);
                return delivery -> earlier.stream().anyMatch(s -> s.stats().inFlight() > 0)
                        ? Outcome.retryAfter(Duration.ofMillis(20))
                        : asked.handle(delivery);
            }

            @Override
            Subscription subscription(Subscription given) {
                all.add(given);
                return given;
            }
        });
    }

    /** A lock that is one for the whole JVM. */
    static Defect allBusesShareALock() {
        return Defect.ofHandler(asked -> delivery -> {
            synchronized (FairnessDefects.class) {
                return asked.handle(delivery);
            }
        });
    }
}
