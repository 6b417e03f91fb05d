package io.eventbus.memory.gallery;

import io.eventbus.api.CloseReport;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Health;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What can be wrong with the end of a bus or subscription, with its pauses and with what it says of itself. */
final class LifecycleDefects {

    private LifecycleDefects() {}

    // ---- the end

    /** Gives nothing any time to end, and says that all went well. */
    static Defect closesWithoutDraining() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            public CloseReport close(Duration timeout) {
                CloseReport report = super.close(Duration.ZERO);
                return new CloseReport(0, report.eventsGivenBack(), 0, report.took());
            }
        });
    }

    static Defect subscriptionClosesWithoutDraining() {
        return ofSubscription(given -> new ForwardingBusSubscription(given) {
            @Override
            public CloseReport close(Duration timeout) {
                return super.close(Duration.ZERO);
            }
        });
    }

    static Defect closeForgetsWhatItReported() {
        return ofSubscription(given -> new ForwardingBusSubscription(given) {
            private final AtomicBoolean closed = new AtomicBoolean();

            @Override
            public CloseReport close(Duration timeout) {
                CloseReport report = super.close(timeout);
                return closed.getAndSet(true) ? new CloseReport(0, 0, 0, Duration.ZERO) : report;
            }
        });
    }

    static Defect secondCloseThrows() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            private final AtomicInteger closes = new AtomicInteger();

            @Override
            public CloseReport close(Duration timeout) {
                if (closes.getAndIncrement() == 1) {
                    throw new IllegalStateException("closed already");
                }
                return super.close(timeout);
            }
        });
    }

    /** A close waits for its handlers whatever its time. */
    static Defect closeWaitsForEver() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            private final AtomicInteger running = new AtomicInteger();

            @Override
            EventHandler handler(SubscriptionSpec spec, EventHandler asked) {
                return delivery -> {
                    running.incrementAndGet();
                    try {
                        return asked.handle(delivery);
                    } finally {
                        running.decrementAndGet();
                    }
                };
            }

            @Override
            public CloseReport close(Duration timeout) {
                CloseReport report = super.close(timeout);
                awaitNone(running);
                return report;
            }
        });
    }

    private static void awaitNone(AtomicInteger running) {
        CountDownLatch none = new CountDownLatch(1);
        lookAgain(running, none, 300);
        try {
            none.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void lookAgain(AtomicInteger running, CountDownLatch none, int looks) {
        if (running.get() == 0 || looks == 0) {
            none.countDown();
        } else {
            Later.in(100, () -> lookAgain(running, none, looks - 1));
        }
    }

    static Defect closeOfOneSubscriptionClosesAll() {
        List<Subscription> all = new CopyOnWriteArrayList<>();
        return ofSubscription(given -> {
            all.add(given);
            return new ForwardingBusSubscription(given) {
                @Override
                public CloseReport close(Duration timeout) {
                    CloseReport report = super.close(timeout);
                    all.forEach(other -> other.close(timeout));
                    return report;
                }
            };
        });
    }

    static Defect threadLeftBehind() {
        return Defect.ofBus(sound -> {
            Thread left = new Thread(LifecycleDefects::idle, "eventbus-gallery-left");
            left.setDaemon(true);
            left.start();
            return sound;
        });
    }

    private static void idle() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Defect neverLeavesItsGroup() {
        return ofTransportSubscription(sound -> new ForwardingSubscription(sound) {
            @Override
            public void close(Duration timeout) {}
        });
    }

    static Defect fetchesOnAtTheClose() {
        return ofTransportSubscription(sound -> new ForwardingSubscription(sound) {
            @Override
            public void stopFetching() {}

            @Override
            public void close(Duration timeout) {}
        });
    }

    // ---- pauses

    static Defect pauseIgnored() {
        return ofSubscription(given -> new ForwardingBusSubscription(given) {
            @Override
            public void pause() {}
        });
    }

    static Defect resumeIgnored() {
        return ofSubscription(given -> new ForwardingBusSubscription(given) {
            @Override
            public void resume() {}
        });
    }

    /** Who rests is no member: others get what is its own. */
    static Defect pauseLeavesTheGroup() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            public Subscription subscribe(SubscriptionSpec spec, EventHandler handler) {
                Supplier<Subscription> join = () -> super.subscribe(spec, handler);
                AtomicReference<Subscription> member = new AtomicReference<>(join.get());
                return new ForwardingBusSubscription(member.get()) {
                    private volatile boolean resting;

                    @Override
                    public void pause() {
                        resting = true;
                        member.get().close(Duration.ofSeconds(20));
                    }

                    @Override
                    public void resume() {
                        if (resting) {
                            resting = false;
                            member.set(join.get());
                        }
                    }

                    @Override
                    public Health.Component health() {
                        return resting
                                ? new Health.Component(super.health().name(), Health.Status.UP, "")
                                : member.get().health();
                    }

                    @Override
                    public CloseReport close(Duration timeout) {
                        return member.get().close(timeout);
                    }
                };
            }
        });
    }

    static Defect wakeUpLost() {
        return ofTransportSubscription(sound -> new ForwardingSubscription(sound) {
            private final AtomicInteger calls = new AtomicInteger();

            @Override
            public void demandChanged() {
                if (calls.getAndIncrement() == 0) {
                    super.demandChanged();
                }
            }
        });
    }

    // ---- what it says of itself

    static Defect healthAlwaysUp() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            public Health health() {
                return Health.of(List.of());
            }

            @Override
            Subscription subscription(Subscription given) {
                return new ForwardingBusSubscription(given) {
                    @Override
                    public Health.Component health() {
                        return new Health.Component(super.health().name(), Health.Status.UP, "");
                    }
                };
            }
        });
    }

    static Defect downWhileNobodySubscribes() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            private volatile boolean subscribed;

            @Override
            Subscription subscription(Subscription given) {
                subscribed = true;
                return given;
            }

            @Override
            public Health health() {
                return subscribed
                        ? super.health()
                        : Health.of(List.of(new Health.Component("bus", Health.Status.DOWN, "no subscription")));
            }
        });
    }

    // ---- parts

    private static Defect ofSubscription(UnaryOperator<Subscription> change) {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            Subscription subscription(Subscription given) {
                return change.apply(given);
            }
        });
    }

    private static Defect ofTransportSubscription(UnaryOperator<TransportSubscription> change) {
        return Defect.ofTransport(sound -> new ForwardingTransport(sound) {
            @Override
            public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
                return change.apply(super.consume(spec, sink));
            }
        });
    }
}
