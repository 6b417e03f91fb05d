package io.eventbus.testkit.contract;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A gate at which handlers and callbacks wait until the test opens it. The scenario opens all its gates at the end, so that nothing
 * waits for ever.
 *
 * <p>Concurrency: safe from any thread.
 */
final class Gate {

    private static final long PATIENCE_SECONDS = 150;

    private final CountDownLatch latch = new CountDownLatch(1);

    void open() {
        latch.countDown();
    }

    boolean isOpen() {
        return latch.getCount() == 0;
    }

    /** Waits until the gate is open. */
    void pass() throws InterruptedException {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the gate was not opened within " + PATIENCE_SECONDS + " s");
        }
    }

    /** Waits until the gate is open as code does that takes no notice of interrupts; the flag is restored afterwards. */
    void passStubbornly() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    pass();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
