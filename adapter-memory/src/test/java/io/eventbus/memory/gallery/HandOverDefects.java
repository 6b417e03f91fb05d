package io.eventbus.memory.gallery;

import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.StartPosition;
import io.eventbus.api.TopologyException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportSubscription;
import io.eventbus.testkit.contract.Link;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** What can be wrong between the broker and the bus on the way in. */
final class HandOverDefects {

    private HandOverDefects() {}

    /** Taken from the broker, settled and not handed over. */
    static Defect dropsOneIn(int many) {
        AtomicLong received = new AtomicLong();
        return Defect.ofSink(sink -> new ForwardingSink(sink) {
            @Override
            public void accept(InboundMessage message) {
                if (received.incrementAndGet() % many == 0) {
                    message.ack();
                } else {
                    super.accept(message);
                }
            }
        });
    }

    static Defect handsOverTwiceOneIn(int many) {
        AtomicLong received = new AtomicLong();
        return Defect.ofSink(sink -> new ForwardingSink(sink) {
            @Override
            public void accept(InboundMessage message) {
                super.accept(message);
                if (received.incrementAndGet() % many == 0) {
                    super.accept(new ForwardingMessage(message));
                }
            }
        });
    }

    static Defect swapsNeighboursOfAKey() {
        return Defect.ofSink(SwappingSink::new);
    }

    /** Holds back each fifth message of a key until the next one has passed, or for a while if none comes. */
    private static final class SwappingSink extends ForwardingSink {

        private final Map<String, Integer> counts = new HashMap<>();
        private final Map<String, InboundMessage> held = new HashMap<>();

        SwappingSink(Sink sound) {
            super(sound);
        }

        @Override
        public synchronized void accept(InboundMessage message) {
            if (message.key() == null) {
                super.accept(message);
                return;
            }
            String key = new String(message.key(), StandardCharsets.UTF_8);
            InboundMessage before = held.remove(key);
            if (before != null) {
                super.accept(message);
                super.accept(before);
            } else if (counts.merge(key, 1, Integer::sum) % 5 == 4) {
                held.put(key, message);
                Later.in(300, () -> release(key, message));
            } else {
                super.accept(message);
            }
        }

        private synchronized void release(String key, InboundMessage message) {
            if (held.remove(key, message)) {
                super.accept(message);
            }
        }
    }

    /** As a client does that takes what comes: the messages lost in the dead socket come once more after a while, behind later ones. */
    static Defect takesWhatComesAfterALoss() {
        return afterALoss(200, (sink, message) -> Later.in(500, () -> sink.late(message)));
    }

    /** What a loss found in the pipe counts as handed over. */
    static Defect forgetsWhatALossFound() {
        return afterALoss(5, (sink, message) -> message.ack());
    }

    /** Does with the next few messages after a loss what is said. */
    private static Defect afterALoss(int few, BiConsumer<DeadSocketSink, InboundMessage> instead) {
        AtomicInteger lost = new AtomicInteger();
        return new Defect() {
            @Override
            public Transport transport(Transport sound) {
                return Defect.ofSink(sink -> new DeadSocketSink(sink, lost, instead))
                        .transport(sound);
            }

            @Override
            public Link link(Link sound) {
                return new ForwardingLink(sound, () -> lost.set(few));
            }

            @Override
            public void brokerDies() {
                lost.set(few);
            }
        };
    }

    private static final class DeadSocketSink extends ForwardingSink {

        private final AtomicInteger lost;
        private final BiConsumer<DeadSocketSink, InboundMessage> instead;

        DeadSocketSink(Sink sound, AtomicInteger lost, BiConsumer<DeadSocketSink, InboundMessage> instead) {
            super(sound);
            this.lost = lost;
            this.instead = instead;
        }

        @Override
        public synchronized void accept(InboundMessage message) {
            if (lost.get() > 0 && lost.getAndDecrement() > 0) {
                instead.accept(this, message);
            } else {
                super.accept(message);
            }
        }

        synchronized void late(InboundMessage message) {
            super.accept(message);
        }
    }

    static Defect hangsAfterReconnect() {
        return new Defect() {
            private volatile boolean hung;

            @Override
            public Transport transport(Transport sound) {
                return new ForwardingTransport(sound) {
                    @Override
                    Sink sink(Sink asked) {
                        return new ForwardingSink(asked) {
                            @Override
                            public int demand() {
                                return hung ? 0 : super.demand();
                            }
                        };
                    }
                };
            }

            @Override
            public Link link(Link sound) {
                return new ForwardingLink(sound, () -> hung = true);
            }

            @Override
            public void brokerDies() {
                hung = true;
            }
        };
    }

    /** The deadline for an outcome runs although the handler works: the message comes once more. */
    static Defect comesAgainThoughItsHandlerWorks() {
        return Defect.ofSink(sink -> new ForwardingSink(sink) {
            @Override
            public void accept(InboundMessage message) {
                SettledOrNot first = new SettledOrNot(message);
                super.accept(first);
                Later.in(2_000, () -> {
                    if (!first.settled) {
                        super.accept(new ForwardingMessage(message));
                    }
                });
            }
        });
    }

    private static final class SettledOrNot extends ForwardingMessage {

        private volatile boolean settled;

        SettledOrNot(InboundMessage sound) {
            super(sound);
        }

        @Override
        public void ack() {
            settled = true;
            super.ack();
        }

        @Override
        public void giveBack() {
            settled = true;
            super.giveBack();
        }
    }

    /** Each subscription of a connection gets the messages of all of them. */
    static Defect mixesTopics() {
        List<Sink> sinks = new CopyOnWriteArrayList<>();
        return Defect.ofSink(sink -> {
            sinks.add(sink);
            return new ForwardingSink(sink) {
                @Override
                public void accept(InboundMessage message) {
                    super.accept(message);
                    for (Sink other : sinks) {
                        if (other != sink) {
                            other.accept(new ForwardingMessage(message) {
                                @Override
                                public void ack() {}

                                @Override
                                public void giveBack() {}
                            });
                        }
                    }
                }
            };
        });
    }

    static Defect allGroupsAreOne() {
        return ofConsumer(spec -> with(spec, "all", spec.startPosition()));
    }

    static Defect everySubscriptionIsAGroupOfItsOwn() {
        AtomicInteger number = new AtomicInteger();
        return ofConsumer(spec -> with(
                spec,
                spec.group() + "-" + System.identityHashCode(number) + "-" + number.incrementAndGet(),
                spec.startPosition()));
    }

    static Defect newGroupsStartAtTheEnd() {
        return ofConsumer(spec -> with(spec, spec.group(), StartPosition.LATEST));
    }

    static Defect startPositionTurnedRound() {
        return ofConsumer(spec -> with(
                spec,
                spec.group(),
                spec.startPosition() == StartPosition.LATEST ? StartPosition.EARLIEST : StartPosition.LATEST));
    }

    private static ConsumerSpec with(ConsumerSpec spec, String group, StartPosition start) {
        return new ConsumerSpec(
                spec.topic(),
                group,
                spec.ordering(),
                start,
                spec.maxInFlight(),
                spec.maxProcessingTime(),
                spec.anonymous());
    }

    private static Defect ofConsumer(UnaryOperator<ConsumerSpec> change) {
        return Defect.ofTransport(sound -> new ForwardingTransport(sound) {
            @Override
            public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
                return super.consume(change.apply(spec), sink);
            }
        });
    }

    static Defect deliveriesNotCounted() {
        return Defect.ofMessage(message -> new ForwardingMessage(message) {
            @Override
            public int deliveries() {
                return 1;
            }
        });
    }

    static Defect positionsOfTheReceiver() {
        AtomicLong received = new AtomicLong();
        return Defect.ofMessage(message -> {
            Position own = new Position(message.position().log(), 0, Long.MAX_VALUE - received.incrementAndGet());
            return new ForwardingMessage(message) {
                @Override
                public Position position() {
                    return own;
                }
            };
        });
    }

    static Defect longTopicNamesRefused() {
        return ofConsumer(spec -> {
            if (spec.topic().name().length() > 100) {
                throw new TopologyException("the name of " + spec.topic() + " is too long");
            }
            return spec;
        });
    }

    static Defect demandIgnored() {
        return Defect.ofSink(sink -> new ForwardingSink(sink) {
            @Override
            public int demand() {
                return 100_000;
            }
        });
    }

    /** Asked for order it gives none. */
    static Defect overlapsHandlersOfAKey() {
        return Defect.ofSpec(spec -> spec.ordering(Ordering.NONE));
    }
}
