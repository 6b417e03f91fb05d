package io.eventbus.core.pool;

import static io.eventbus.core.pool.Tasks.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@Timeout(60)
class KeyedWorkerPoolTest {

    private KeyedWorkerPool pool = KeyedWorkerPool.builder().workers(4).build();

    @AfterEach
    void close() {
        pool.close(Duration.ZERO);
    }

    private KeyedLanes open(int workers) {
        pool = KeyedWorkerPool.builder().workers(workers).build();
        return pool.open("test", 0, 3);
    }

    private static void awaitQuiet(KeyedLanes lanes) {
        await().atMost(LONG).until(() -> lanes.queued() == 0);
        assertThat(lanes.lanes()).isZero();
        assertThat(lanes.queuedBytes()).isZero();
        assertThat(lanes.waiting()).isZero();
        assertThat(lanes.surplus()).isZero();
        assertThat(lanes.surplusBytes()).isZero();
        assertThat(lanes.waitingBytes()).isZero();
    }

    @Test
    void tasksOfOneKeyRunInOrderAndNeverOverlapWhileRetriesHappenInPlace() throws InterruptedException {
        KeyedLanes lanes = open(4);
        long seed = System.nanoTime();
        int submitters = 3;
        int keys = 20;
        int perSubmitter = 20_000;
        ConcurrentMap<String, AtomicInteger> lastByKey = new ConcurrentHashMap<>();
        ConcurrentMap<Integer, AtomicBoolean> busyByKey = new ConcurrentHashMap<>();
        List<String> faults = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < submitters; s++) {
            int submitter = s;
            SplittableRandom random = new SplittableRandom(seed + s);
            Thread thread = new Thread(() -> {
                int[] next = new int[keys];
                for (int i = 0; i < perSubmitter; i++) {
                    int key = random.nextInt(keys);
                    int number = next[key]++;
                    int retries = random.nextInt(100) < 2 ? 1 + random.nextInt(2) : 0;
                    AtomicInteger left = new AtomicInteger(retries);
                    lanes.submit(key, 10, () -> {
                        AtomicBoolean busy = busyByKey.computeIfAbsent(key, k -> new AtomicBoolean());
                        if (!busy.compareAndSet(false, true)) {
                            faults.add("overlap of key " + key);
                        }
                        try {
                            AtomicInteger last =
                                    lastByKey.computeIfAbsent(submitter + ":" + key, k -> new AtomicInteger(-1));
                            if (last.get() != number - 1) {
                                faults.add("after " + last + " came " + number + " of key " + key);
                            }
                            if (left.getAndDecrement() > 0) {
                                return TaskResult.again(Duration.ofNanos(number % 2 * 500_000L));
                            }
                            last.set(number);
                            return TaskResult.done();
                        } finally {
                            busy.set(false);
                        }
                    });
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        awaitQuiet(lanes);
        assertThat(faults).as("seed %d", seed).isEmpty();
        int ran = lastByKey.values().stream().mapToInt(last -> last.get() + 1).sum();
        assertThat(ran).as("seed %d", seed).isEqualTo(submitters * perSubmitter);
    }

    @Test
    void differentKeysRunAtTheSameTime() {
        KeyedLanes lanes = open(4);
        CyclicBarrier meeting = new CyclicBarrier(4);
        CountDownLatch met = new CountDownLatch(4);
        for (int key = 0; key < 4; key++) {
            lanes.submit(key, () -> {
                try {
                    meeting.await(30, TimeUnit.SECONDS);
                    met.countDown();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return TaskResult.done();
            });
        }
        Tasks.await(met);
    }

    @Test
    void keysWithEqualHashAreIndependent() {
        KeyedLanes lanes = open(2);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        assertThat("Aa").hasSameHashCodeAs("BB");
        lanes.submit("Aa", Tasks.gated(started, gate));
        Tasks.await(started);
        lanes.submit("BB", Tasks.of(other::countDown));
        Tasks.await(other);
        await().atMost(LONG).until(() -> lanes.lanes() == 1);
        gate.countDown();
        awaitQuiet(lanes);
    }

    @Test
    void clientsDoNotShareLanes() {
        KeyedLanes one = open(2);
        KeyedLanes two = pool.open("other", 0);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch ran = new CountDownLatch(1);
        one.submit("key", Tasks.gated(started, gate));
        Tasks.await(started);
        two.submit("key", Tasks.of(ran::countDown));
        Tasks.await(ran);
        gate.countDown();
    }

    @Test
    void backoffHoldsNoWorkerAndItsKeyWaits() {
        KeyedLanes lanes = open(1);
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger attempts = new AtomicInteger();
        lanes.submit("a", 7, () -> {
            log.add("a1");
            return attempts.incrementAndGet() == 1 ? TaskResult.again(Duration.ofDays(1)) : TaskResult.done();
        });
        await().atMost(LONG).until(() -> lanes.waiting() == 1);
        lanes.submit("a", 5, Tasks.of(() -> log.add("a2")));
        lanes.submit("b", Tasks.of(() -> log.add("b1")));
        await().atMost(LONG).until(() -> lanes.lanes() == 1);
        assertThat(lanes.waiting()).isEqualTo(2);
        assertThat(lanes.waitingBytes()).isEqualTo(12);
        lanes.wakeAll();
        awaitQuiet(lanes);
        assertThat(log).containsExactly("a1", "b1", "a1", "a2");
    }

    @Test
    void backoffEndsByItselfAndNotBeforeItsTime() {
        KeyedLanes lanes = open(1);
        List<Long> runs = Collections.synchronizedList(new ArrayList<>());
        for (int key = 0; key < 3; key++) {
            Duration delay = Duration.ofMillis(60 - 20 * key);
            List<Long> own = Collections.synchronizedList(new ArrayList<>());
            lanes.submit(key, () -> {
                own.add(System.nanoTime());
                if (own.size() == 1) {
                    return TaskResult.again(delay);
                }
                runs.add(own.get(1) - own.get(0) - delay.toNanos());
                return TaskResult.done();
            });
        }
        awaitQuiet(lanes);
        assertThat(runs).hasSize(3).allMatch(late -> late >= 0);
    }

    @Test
    void whatALaneHasBeyondItsShareIsSurplusUntilItWaitsOrEnds() {
        KeyedLanes lanes = open(2);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        lanes.submit("slow", 10, () -> {
            started.countDown();
            Tasks.await(gate);
            return attempts.incrementAndGet() == 1 ? TaskResult.again(Duration.ofDays(1)) : TaskResult.done();
        });
        Tasks.await(started);
        for (int i = 0; i < 7; i++) {
            lanes.submit("slow", 10, Tasks.of(() -> {}));
        }
        lanes.submit("other", 10, Tasks.of(() -> {}));
        assertThat(lanes.surplus()).isEqualTo(5);
        assertThat(lanes.surplusBytes()).isEqualTo(50);
        gate.countDown();
        await().atMost(LONG).until(() -> lanes.waiting() == 8);
        assertThat(lanes.surplus()).as("a task waits or is surplus, not both").isZero();
        assertThat(lanes.surplusBytes()).isZero();
        lanes.wakeAll();
        awaitQuiet(lanes);
    }

    @Test
    void wakeAllEndsBackoffs() {
        KeyedLanes lanes = open(2);
        int keys = 100;
        CountDownLatch again = new CountDownLatch(keys);
        for (int key = 0; key < keys; key++) {
            AtomicInteger attempts = new AtomicInteger();
            lanes.submit(key, () -> {
                if (attempts.incrementAndGet() == 1) {
                    return TaskResult.again(Duration.ofDays(1));
                }
                again.countDown();
                return TaskResult.done();
            });
        }
        await().atMost(LONG).until(() -> lanes.waiting() == keys);
        lanes.wakeAll();
        Tasks.await(again);
        awaitQuiet(lanes);
    }

    @Test
    void hotKeyLetsOthersGoFirstAfterItsTurn() {
        KeyedLanes lanes = open(1);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger hotRuns = new AtomicInteger();
        AtomicInteger hotRunsBeforeOther = new AtomicInteger(-1);
        lanes.submit("hot", Tasks.gated(started, gate));
        Tasks.await(started);
        for (int i = 0; i < 1000; i++) {
            lanes.submit("hot", Tasks.of(hotRuns::incrementAndGet));
        }
        lanes.submit("other", Tasks.of(() -> hotRunsBeforeOther.set(hotRuns.get())));
        gate.countDown();
        awaitQuiet(lanes);
        assertThat(hotRunsBeforeOther.get()).isEqualTo(LaneClient.TURN - 1);
        assertThat(hotRuns.get()).isEqualTo(1000);
    }

    @Test
    void throwingTaskCountsAsDoneAndIsReportedOnce() {
        List<Throwable> reported = Collections.synchronizedList(new ArrayList<>());
        pool = KeyedWorkerPool.builder().workers(1).uncaught(reported::add).build();
        KeyedLanes lanes = pool.open("test", 0);
        Error error = new StackOverflowError("thrown on purpose");
        AtomicReference<Thread> before = new AtomicReference<>();
        AtomicReference<Thread> after = new AtomicReference<>();
        lanes.submit("key", Tasks.of(() -> {
            before.set(Thread.currentThread());
            throw error;
        }));
        lanes.submit("key", () -> null);
        lanes.submit("key", Tasks.of(() -> after.set(Thread.currentThread())));
        awaitQuiet(lanes);
        assertThat(after.get()).isNotNull().isSameAs(before.get());
        assertThat(reported).hasSize(2);
        assertThat(reported.get(0)).isSameAs(error);
        assertThat(reported.get(1)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void hookThatThrowsHarmsNobody() {
        pool = KeyedWorkerPool.builder()
                .workers(1)
                .uncaught(thrown -> {
                    throw new IllegalStateException("thrown on purpose");
                })
                .build();
        KeyedLanes lanes = pool.open("test", 0);
        CountDownLatch ran = new CountDownLatch(1);
        lanes.submit("key", Tasks.of(() -> {
            throw new IllegalStateException("thrown on purpose");
        }));
        lanes.submit("key", Tasks.of(ran::countDown));
        Tasks.await(ran);
    }

    @Test
    void interruptFlagDoesNotReachTheNextTask() {
        KeyedLanes lanes = open(1);
        AtomicBoolean leaked = new AtomicBoolean();
        lanes.submit("a", Tasks.of(() -> Thread.currentThread().interrupt()));
        lanes.submit(
                "a",
                Tasks.of(
                        () -> leaked.compareAndSet(false, Thread.currentThread().isInterrupted())));
        lanes.submit(
                "b",
                Tasks.of(
                        () -> leaked.compareAndSet(false, Thread.currentThread().isInterrupted())));
        awaitQuiet(lanes);
        assertThat(leaked).isFalse();
    }

    @Test
    void keysLeaveNothingBehind() {
        KeyedLanes lanes = open(2);
        int keys = 100_000;
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        lanes.submit(-1, Tasks.gated(started, gate));
        lanes.submit(-2, Tasks.gated(started, gate));
        for (int key = 0; key < keys; key++) {
            lanes.submit(key, 1, Tasks.of(ran::incrementAndGet));
        }
        assertThat(lanes.lanes()).isEqualTo(keys + 2);
        assertThat(lanes.queued()).isEqualTo(keys + 2);
        assertThat(lanes.queuedBytes()).isEqualTo(keys);
        gate.countDown();
        awaitQuiet(lanes);
        assertThat(ran.get()).isEqualTo(keys);
    }

    @Test
    void maxConcurrencyBoundsAClientAndHoldsNoWorker() {
        for (int limit : new int[] {1, 3}) {
            pool = KeyedWorkerPool.builder().workers(8).build();
            KeyedLanes limited = pool.open("limited", limit);
            KeyedLanes other = pool.open("other", 0);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch started = new CountDownLatch(limit);
            CountDownLatch gate = new CountDownLatch(1);
            for (int key = 0; key < 50; key++) {
                limited.submit(key, Tasks.of(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    started.countDown();
                    Tasks.await(gate);
                    running.decrementAndGet();
                }));
            }
            Tasks.await(started);
            CountDownLatch others = new CountDownLatch(8 - limit);
            CountDownLatch otherGate = new CountDownLatch(1);
            for (int key = 0; key < 8 - limit; key++) {
                other.submit(key, Tasks.gated(others, otherGate));
            }
            Tasks.await(others);
            otherGate.countDown();
            gate.countDown();
            awaitQuiet(limited);
            assertThat(most.get()).isEqualTo(limit);
            pool.close(LONG);
        }
    }

    @Test
    void taskMaySubmitToItsOwnPoolOfOneWorker() {
        KeyedLanes lanes = open(1);
        CountDownLatch ran = new CountDownLatch(2);
        lanes.submit("a", Tasks.of(() -> {
            lanes.submit("a", Tasks.of(ran::countDown));
            lanes.submit("b", Tasks.of(ran::countDown));
        }));
        Tasks.await(ran);
        awaitQuiet(lanes);
    }

    @Test
    void limitsRefuseAndRoomIsTold() {
        pool = KeyedWorkerPool.builder().workers(1).build();
        AtomicInteger told = new AtomicInteger();
        KeyedLanes lanes = pool.open("test", 0, LaneLimits.of(3, 100), told::incrementAndGet);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        assertThat(lanes.submit("a", 1000, Tasks.gated(started, gate)))
                .as("larger than the limit, but alone")
                .isTrue();
        Tasks.await(started);
        assertThat(lanes.submit("b", 1, Tasks.of(() -> {}))).isFalse();
        assertThat(lanes.room()).isZero();
        assertThat(lanes.queued()).isEqualTo(1);
        assertThat(told).hasValue(0);
        gate.countDown();
        awaitQuiet(lanes);
        await().atMost(LONG).until(() -> told.get() == 1);

        CountDownLatch nextStarted = new CountDownLatch(1);
        CountDownLatch nextGate = new CountDownLatch(1);
        assertThat(lanes.submit("a", Tasks.gated(nextStarted, nextGate))).isTrue();
        assertThat(lanes.submit("b", 50, Tasks.of(() -> {}))).isTrue();
        assertThat(lanes.submit("b", 51, Tasks.of(() -> {})))
                .as("too many bytes")
                .isFalse();
        assertThat(lanes.submit("c", 50, Tasks.of(() -> {}))).isTrue();
        assertThat(lanes.submit("d", 0, Tasks.of(() -> {})))
                .as("too many tasks")
                .isFalse();
        nextGate.countDown();
        awaitQuiet(lanes);
        assertThat(told.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void retriesHaveABudgetOfTheirOwn() {
        pool = KeyedWorkerPool.builder().workers(1).build();
        KeyedLanes lanes = pool.open("test", 0, new LaneLimits(2, Long.MAX_VALUE, 3, Long.MAX_VALUE));
        for (int key = 0; key < 3; key++) {
            int expected = key + 1;
            assertThat(lanes.submit(key, 10, () -> TaskResult.again(Duration.ofDays(1))))
                    .isTrue();
            await().atMost(LONG).until(() -> lanes.waiting() == expected);
        }
        assertThat(lanes.room()).as("three wait within their budget").isEqualTo(2);
        assertThat(lanes.submit(0, Tasks.of(() -> {})))
                .as("waits too, beyond the budget")
                .isTrue();
        assertThat(lanes.room()).isEqualTo(1);
        assertThat(lanes.submit(1, Tasks.of(() -> {}))).isTrue();
        assertThat(lanes.submit(9, Tasks.of(() -> {}))).isFalse();
        assertThat(lanes.waiting()).isEqualTo(5);
    }

    @Test
    void threadsStartWithWorkAndEndWithoutIt() {
        pool = KeyedWorkerPool.builder()
                .name("idle-test")
                .workers(4)
                .idleTimeout(Duration.ofMillis(50))
                .build();
        KeyedLanes lanes = pool.open("test", 0);
        assertThat(threadsOf("idle-test")).isEmpty();
        AtomicInteger attempts = new AtomicInteger();
        AtomicReference<String> worker = new AtomicReference<>();
        lanes.submit("key", () -> {
            worker.set(Thread.currentThread().getName() + Thread.currentThread().isDaemon());
            return attempts.incrementAndGet() == 1 ? TaskResult.again(Duration.ofMillis(1)) : TaskResult.done();
        });
        awaitQuiet(lanes);
        assertThat(worker.get()).matches("idle-test-\\dtrue");
        await().atMost(LONG)
                .until(() -> pool.liveWorkers() == 0 && threadsOf("idle-test").isEmpty());

        CountDownLatch ran = new CountDownLatch(1);
        lanes.submit("key", Tasks.of(ran::countDown));
        Tasks.await(ran);
        assertThat(pool.workers()).isEqualTo(4);
        assertThat(pool.close(LONG)).isTrue();
        await().atMost(LONG).until(() -> threadsOf("idle-test").isEmpty());
    }

    private static List<String> threadsOf(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void virtualThreadsAreRefusedBeforeJava21() {
        assertThatThrownBy(() -> KeyedWorkerPool.builder().virtualThreads(true).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Java 21");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void virtualThreadsRunTasks() throws ReflectiveOperationException {
        pool = KeyedWorkerPool.builder()
                .name("virtual-test")
                .virtualThreads(true)
                .build();
        KeyedLanes lanes = pool.open("test", 0);
        AtomicReference<Thread> worker = new AtomicReference<>();
        lanes.submit("key", Tasks.of(() -> worker.set(Thread.currentThread())));
        awaitQuiet(lanes);
        assertThat(Thread.class.getMethod("isVirtual").invoke(worker.get())).isEqualTo(true);
        assertThat(worker.get().getName()).isEqualTo("virtual-test-1");
    }

    @Test
    void closeDrainsAndRefuses() {
        KeyedLanes lanes = open(2);
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger attempts = new AtomicInteger();
        lanes.submit(
                "retry",
                () -> attempts.incrementAndGet() == 1 ? TaskResult.again(Duration.ofMillis(20)) : TaskResult.done());
        for (int i = 0; i < 1000; i++) {
            lanes.submit(i % 7, Tasks.of(ran::incrementAndGet));
        }
        assertThat(pool.close(LONG)).isTrue();
        assertThat(ran).hasValue(1000);
        assertThat(attempts).hasValue(2);
        assertThat(lanes.submit("late", Tasks.of(ran::incrementAndGet))).isFalse();
        assertThat(lanes.queued()).isZero();
        assertThatThrownBy(() -> pool.open("late", 0)).isInstanceOf(BusClosedException.class);
        assertThat(pool.close(LONG)).as("again").isTrue();
        await().atMost(LONG).until(() -> pool.liveWorkers() == 0);
    }

    @Test
    void closeOfOneClientLetsItsTasksRun() {
        KeyedLanes lanes = open(1);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch ran = new CountDownLatch(1);
        lanes.submit("a", Tasks.gated(started, gate));
        lanes.submit("a", Tasks.of(ran::countDown));
        lanes.close();
        assertThat(lanes.submit("a", Tasks.of(() -> {}))).isFalse();
        gate.countDown();
        Tasks.await(ran);
        lanes.close();
    }

    @Test
    void closeThatTimesOutRejectsWhatDoesNotRun() {
        KeyedLanes lanes = open(1);
        AtomicInteger rejected = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        PooledTask counted = Tasks.of(
                () -> {
                    ran.incrementAndGet();
                    return TaskResult.done();
                },
                rejected::incrementAndGet);
        lanes.submit("waiting", Tasks.of(() -> TaskResult.again(Duration.ofDays(1)), rejected::incrementAndGet));
        await().atMost(LONG).until(() -> lanes.waiting() == 1);
        lanes.submit("stuck", () -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return TaskResult.again(Duration.ZERO);
        });
        Tasks.await(started);
        lanes.submit("stuck", counted);
        lanes.submit("waiting", counted);
        lanes.submit("queued", counted);
        assertThat(pool.close(Duration.ofMillis(50))).isFalse();
        Tasks.await(interrupted);
        awaitQuiet(lanes);
        assertThat(rejected).hasValue(4);
        assertThat(ran).hasValue(0);
        assertThat(pool.close(LONG)).as("what was cut off stays so").isFalse();
        await().atMost(LONG).until(() -> pool.liveWorkers() == 0);
    }

    @Test
    void closeFromATaskDoesNotWaitForItself() {
        KeyedLanes lanes = open(1);
        AtomicReference<Boolean> result = new AtomicReference<>();
        CountDownLatch after = new CountDownLatch(1);
        lanes.submit("a", Tasks.of(() -> {
            lanes.submit("a", Tasks.of(after::countDown));
            result.set(pool.close(LONG));
        }));
        Tasks.await(after);
        assertThat(result.get()).isFalse();
        await().atMost(LONG).until(() -> pool.liveWorkers() == 0);
    }

    @Test
    void poolThatWasNeverUsedCloses() {
        assertThat(pool.close(LONG)).isTrue();
    }

    @Test
    void wrongSettingsAreRefusedTogether() {
        assertThatThrownBy(() -> KeyedWorkerPool.builder()
                        .workers(-1)
                        .name(" ")
                        .idleTimeout(Duration.ZERO)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        thrown -> assertThat(thrown.problems()).hasSize(3));
        assertThatThrownBy(() -> pool.open("test", -1)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> LaneLimits.of(0, 1)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> TaskResult.again(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(KeyedWorkerPool.builder().build().workers())
                .isEqualTo(Runtime.getRuntime().availableProcessors() * 2);
    }
}
