package io.eventbus.architecture.shop.bad;

import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishResult;
import java.util.concurrent.CountDownLatch;

/** Waits on a callback thread. */
record BlockingCallback(CountDownLatch latch) implements PublishCallback {

    @Override
    public void onResult(PublishResult result) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
