package io.eventbus.testkit.contract;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A stand-in for what a handler does with its time: it holds the thread, as a call to a database would. */
final class Work {

    private Work() {}

    static void upTo(int millis) throws InterruptedException {
        of(Duration.ofMillis(ThreadLocalRandom.current().nextInt(millis + 1)));
    }

    static void of(Duration time) throws InterruptedException {
        CountDownLatch openedByNobody = new CountDownLatch(1);
        if (openedByNobody.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException("opened");
        }
    }
}
