package io.eventbus.memory.gallery;

import io.eventbus.api.Delivery;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;
import io.eventbus.api.Position;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What can be wrong with which messages the broker is told are done, and when. */
final class SettlementDefects {

    private SettlementDefects() {}

    static Defect acknowledgesBeforeTheHandler() {
        return Defect.ofSink(sink -> new ForwardingSink(sink) {
            @Override
            public void accept(InboundMessage message) {
                message.ack();
                super.accept(message);
            }
        });
    }

    /** What is done is kept to oneself until the subscription is closed. */
    static Defect acknowledgesAtCloseOnly() {
        return Defect.ofTransport(sound -> new ForwardingTransport(sound) {
            @Override
            public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
                Queue<InboundMessage> done = new ConcurrentLinkedQueue<>();
                TransportSubscription subscription = super.consume(spec, new ForwardingSink(sink) {
                    @Override
                    public void accept(InboundMessage message) {
                        super.accept(new ForwardingMessage(message) {
                            @Override
                            public void ack() {
                                done.add(message);
                            }
                        });
                    }
                });
                return new ForwardingSubscription(subscription) {
                    @Override
                    public void close(Duration timeout) {
                        done.forEach(InboundMessage::ack);
                        super.close(timeout);
                    }
                };
            }
        });
    }

    static Defect neverAcknowledges() {
        return Defect.ofMessage(message -> new ForwardingMessage(message) {
            @Override
            public void ack() {}
        });
    }

    /** The position goes to the newest message that is done, past those that are not. */
    static Defect positionPassesGaps() {
        return Defect.ofSink(sink -> new ForwardingSink(sink) {
            private final Map<Assignment, TreeMap<Long, InboundMessage>> open = new ConcurrentHashMap<>();

            @Override
            public void accept(InboundMessage message) {
                TreeMap<Long, InboundMessage> partition =
                        open.computeIfAbsent(message.assignment(), a -> new TreeMap<>());
                synchronized (partition) {
                    partition.put(message.position().offset(), message);
                }
                super.accept(new ForwardingMessage(message) {
                    @Override
                    public void ack() {
                        acknowledgeUpTo(partition, message.position().offset());
                    }
                });
            }
        });
    }

    private static void acknowledgeUpTo(TreeMap<Long, InboundMessage> partition, long offset) {
        List<InboundMessage> passed;
        synchronized (partition) {
            Map<Long, InboundMessage> head = partition.headMap(offset, true);
            passed = new ArrayList<>(head.values());
            head.clear();
        }
        passed.forEach(InboundMessage::ack);
    }

    /** What was not handled at the close counts as done. */
    static Defect givingBackIsAcknowledging() {
        return Defect.ofMessage(message -> new ForwardingMessage(message) {
            @Override
            public void giveBack() {
                ack();
            }
        });
    }

    static Defect neverGivesBack() {
        return Defect.ofMessage(message -> new ForwardingMessage(message) {
            @Override
            public void giveBack() {}
        });
    }

    /** Retries by handing the message back to the broker, from where it comes again behind what was handed over meanwhile. */
    static Defect retriesThroughTheBroker() {
        Set<Position> refused = ConcurrentHashMap.newKeySet();
        return new Defect() {
            @Override
            public Transport transport(Transport sound) {
                return Defect.ofMessage(message -> new ForwardingMessage(message) {
                            @Override
                            public void ack() {
                                if (refused.remove(position())) {
                                    super.giveBack();
                                } else {
                                    super.ack();
                                }
                            }
                        })
                        .transport(sound);
            }

            @Override
            public EventBus bus(EventBus sound) {
                return Defect.ofHandler(asked -> delivery -> {
                            Outcome outcome = failuresAsRetries(asked, countedByTheBroker(delivery));
                            if (outcome instanceof Outcome.Retry) {
                                refused.add(delivery.position());
                                return Outcome.ack();
                            }
                            return outcome;
                        })
                        .bus(sound);
            }
        };
    }

    private static Delivery countedByTheBroker(Delivery delivery) {
        return new Delivery(
                delivery.envelope(),
                delivery.topic(),
                delivery.position(),
                delivery.brokerDeliveries(),
                delivery.brokerDeliveries(),
                delivery.receivedAt(),
                delivery.deadLetter());
    }

    private static Outcome failuresAsRetries(EventHandler handler, Delivery delivery) {
        try {
            return handler.handle(delivery);
        } catch (Throwable failure) { // the test's code: whatever it throws is a failure
            return Outcome.retry();
        }
    }

    /** A message that waits for its retry when its partition goes to another owner counts as done. */
    static Defect dropsRetriesWhenThePartitionGoes() {
        Set<Position> waiting = ConcurrentHashMap.newKeySet();
        return new Defect() {
            @Override
            public Transport transport(Transport sound) {
                return Defect.ofSink(sink -> new RetryDroppingSink(sink, waiting))
                        .transport(sound);
            }

            @Override
            public EventBus bus(EventBus sound) {
                return Defect.ofHandler(asked -> delivery -> {
                            waiting.add(delivery.position());
                            Outcome outcome = asked.handle(delivery);
                            if (!(outcome instanceof Outcome.Retry)) {
                                waiting.remove(delivery.position());
                            }
                            return outcome;
                        })
                        .bus(sound);
            }
        };
    }

    private static final class RetryDroppingSink extends ForwardingSink {

        private final Set<Position> waiting;
        private final Map<Position, InboundMessage> received = new ConcurrentHashMap<>();

        RetryDroppingSink(Sink sound, Set<Position> waiting) {
            super(sound);
            this.waiting = waiting;
        }

        @Override
        public void accept(InboundMessage message) {
            received.put(message.position(), message);
            super.accept(message);
        }

        @Override
        public void revoked(Assignment assignment, Duration grace) {
            for (InboundMessage message : received.values()) {
                if (message.assignment() == assignment && waiting.contains(message.position())) {
                    message.ack();
                }
            }
            super.revoked(assignment, grace);
        }
    }

    /** What is given up is done, wherever its dead letter may be. */
    static Defect acknowledgesBeforeTheDeadLetterIsStored() {
        Map<Position, InboundMessage> received = new ConcurrentHashMap<>();
        return new Defect() {
            @Override
            public Transport transport(Transport sound) {
                return Defect.ofMessage(message -> {
                            received.put(message.position(), message);
                            return message;
                        })
                        .transport(sound);
            }

            @Override
            public EventBus bus(EventBus sound) {
                return Defect.ofHandler(asked -> delivery -> {
                            Outcome outcome = asked.handle(delivery);
                            if (outcome instanceof Outcome.DeadLetter) {
                                received.get(delivery.position()).ack();
                            }
                            return outcome;
                        })
                        .bus(sound);
            }
        };
    }

    /** A deduplicator that remembers the event before its handler has succeeded. */
    static Defect remembersTheEventBeforeItsHandler() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            EventHandler handler(SubscriptionSpec spec, EventHandler asked) {
                Set<String> seen = ConcurrentHashMap.newKeySet();
                return delivery -> seen.add(delivery.envelope().eventId()) ? asked.handle(delivery) : Outcome.ack();
            }
        });
    }
}
