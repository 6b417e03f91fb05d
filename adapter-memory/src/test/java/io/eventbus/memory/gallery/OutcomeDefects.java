package io.eventbus.memory.gallery;

import io.eventbus.api.CloseReport;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishReceipt;
import io.eventbus.api.PublishResult;
import io.eventbus.api.PublishResults;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** What can be wrong with what a publisher is told. */
final class OutcomeDefects {

    private OutcomeDefects() {}

    static Defect toldTwice() {
        AtomicLong results = new AtomicLong();
        return Defect.ofCallback(done -> result -> {
            done.onResult(result);
            if (results.incrementAndGet() % 50 == 0) {
                done.onResult(result);
            }
        });
    }

    static Defect neverTold() {
        AtomicLong results = new AtomicLong();
        return Defect.ofCallback(done -> result -> {
            if (results.incrementAndGet() % 50 != 0) {
                done.onResult(result);
            }
        });
    }

    /** One callback at a time, whatever it does. */
    static Defect callbacksUnderOneLock() {
        Object lock = new Object();
        return Defect.ofCallback(done -> result -> {
            synchronized (lock) {
                done.onResult(result);
            }
        });
    }

    /** The first exception of a callback is the end of all callbacks. */
    static Defect callbacksEndWithAnException() {
        AtomicBoolean dead = new AtomicBoolean();
        return Defect.ofCallback(done -> result -> {
            if (dead.get()) {
                return;
            }
            dead.set(true);
            done.onResult(result);
            dead.set(false);
        });
    }

    static Defect deadlineIgnored() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
                super.publish(topic, envelope, new PublishOptions(options.ordering(), null), done);
            }
        });
    }

    /** Who no longer waits takes the event back. */
    static Defect cancelledWaitRecallsTheEvent() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            public CompletionStage<PublishReceipt> publish(Topic topic, Envelope envelope) {
                CompletableFuture<PublishReceipt> wait = new CompletableFuture<>();
                Later.in(50, () -> {
                    if (!wait.isCancelled()) {
                        super.publish(topic, envelope).whenComplete((receipt, error) -> complete(wait, receipt, error));
                    }
                });
                return wait;
            }
        });
    }

    private static void complete(CompletableFuture<PublishReceipt> wait, PublishReceipt receipt, Throwable error) {
        if (error == null) {
            wait.complete(receipt);
        } else {
            wait.completeExceptionally(error);
        }
    }

    /** The first callback waits until no handler runs, though a handler may wait for it. */
    static Defect callbackWaitsForHandlers() {
        AtomicBoolean first = new AtomicBoolean(true);
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            PublishCallback callback(PublishCallback asked) {
                return result -> {
                    if (lock.getReadLockCount() > 0 && first.getAndSet(false)) {
                        lock.writeLock().lock();
                        lock.writeLock().unlock();
                    }
                    asked.onResult(result);
                };
            }

            @Override
            EventHandler handler(SubscriptionSpec spec, EventHandler asked) {
                return delivery -> {
                    lock.readLock().lock();
                    try {
                        return asked.handle(delivery);
                    } finally {
                        lock.readLock().unlock();
                    }
                };
            }
        });
    }

    static Defect oneFailureFailsTheBatch() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            @Override
            public void publishAll(Topic topic, List<Envelope> envelopes, PublishResults results) {
                List<PublishResult> all = new ArrayList<>();
                super.publishAll(topic, envelopes, some -> {
                    List<PublishResult> complete;
                    synchronized (all) {
                        all.addAll(some);
                        complete = all.size() < envelopes.size() ? List.of() : List.copyOf(all);
                    }
                    if (!complete.isEmpty()) {
                        results.onResults(allFailedIfOneIs(complete));
                    }
                });
            }
        });
    }

    private static List<PublishResult> allFailedIfOneIs(List<PublishResult> results) {
        for (PublishResult result : results) {
            if (result instanceof PublishResult.Failed failed) {
                List<PublishResult> all = new ArrayList<>();
                for (PublishResult each : results) {
                    all.add(new PublishResult.Failed(each.topic(), each.eventId(), failed.error()));
                }
                return all;
            }
        }
        return results;
    }

    static Defect silentAfterClose() {
        return Defect.ofBus(sound -> new ForwardingBus(sound) {
            private volatile boolean closed;

            @Override
            public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
                if (!closed) {
                    super.publish(topic, envelope, options, done);
                }
            }

            @Override
            public CloseReport close(Duration timeout) {
                closed = true;
                return super.close(timeout);
            }
        });
    }
}
