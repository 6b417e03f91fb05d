package io.eventbus.core.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A callback that remembers every outcome of every event. */
final class Outcomes implements PublishCallback {

    private final Map<String, List<PublishResult>> results = new ConcurrentHashMap<>();
    private final List<PublishResult> inOrder = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void onResult(PublishResult result) {
        results.computeIfAbsent(result.eventId(), id -> new CopyOnWriteArrayList<>())
                .add(result);
        synchronized (inOrder) {
            inOrder.add(result);
        }
        count.incrementAndGet();
    }

    int count() {
        return count.get();
    }

    Outcomes awaitCount(int expected) {
        awaitUntil(() -> count.get() >= expected);
        return this;
    }

    /** The one outcome of an event, waited for. */
    PublishResult of(String id) {
        awaitUntil(() -> results.containsKey(id));
        assertThat(results.get(id)).hasSize(1);
        return results.get(id).get(0);
    }

    EventBusException errorOf(String id) {
        PublishResult result = of(id);
        assertThat(result).isInstanceOf(PublishResult.Failed.class);
        return ((PublishResult.Failed) result).error();
    }

    PublishException.Reason reasonOf(String id) {
        assertThat(errorOf(id)).isInstanceOf(PublishException.class);
        return ((PublishException) errorOf(id)).reason();
    }

    boolean acknowledged(String id) {
        return of(id) instanceof PublishResult.Acknowledged;
    }

    boolean has(String id) {
        return results.containsKey(id);
    }

    private static void awaitUntil(BooleanSupplier condition) {
        if (!condition.getAsBoolean()) {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofSeconds(30))
                    .until(condition::getAsBoolean);
        }
    }

    List<PublishResult> inOrder() {
        synchronized (inOrder) {
            return new ArrayList<>(inOrder);
        }
    }

    void assertExactlyOneEach(int expected) {
        awaitCount(expected);
        assertThat(results).hasSize(expected);
        results.forEach((id, list) -> assertThat(list).as(id).hasSize(1));
    }
}
