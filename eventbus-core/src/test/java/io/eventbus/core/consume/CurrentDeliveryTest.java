package io.eventbus.core.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CurrentDeliveryTest {

    private static final int ROUNDS = 100_000;

    @AfterEach
    void leave() {
        CurrentDelivery.leave(null);
    }

    @Test
    void outsideOfHandlersEventsArePublishedAsTheyAre() {
        Envelope event = Envelope.builder("Billed").build();
        assertThat(DeliveryEngine.asPublished(event)).isSameAs(event);
    }

    @Test
    void theInnermostHandlerOfTheThreadIsTheCause() throws Exception {
        CurrentDelivery.enter(delivery("outer"));
        Delivery outer = CurrentDelivery.enter(delivery("inner"));
        assertThat(cause()).isEqualTo("inner");
        CurrentDelivery.leave(outer);
        assertThat(cause()).isEqualTo("outer");
        CompletableFuture<Delivery> elsewhere = new CompletableFuture<>();
        new Thread(() -> elsewhere.complete(CurrentDelivery.get())).start();
        assertThat(elsewhere.get(10, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void theMarkAndACompleteEventAllocateNothing() {
        Delivery delivery = delivery("input");
        Envelope complete =
                delivery.consequence(Envelope.builder("Billed").traceId("trace").build());
        Envelope bare = Envelope.builder("Billed").build();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        round(delivery, complete, bare); // the thread's cell, and what the compiler allocates
        long before = threads.getCurrentThreadAllocatedBytes();
        round(delivery, complete, bare);
        long perCall = (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
        assertThat(perCall).as("bytes per handler and publish").isZero();
    }

    private static void round(Delivery delivery, Envelope complete, Envelope bare) {
        for (int i = 0; i < ROUNDS; i++) {
            Delivery outer = CurrentDelivery.enter(delivery);
            if (!DeliveryEngine.asPublished(complete).equals(complete)) {
                throw new AssertionError("a complete event was changed");
            }
            CurrentDelivery.leave(outer);
            if (DeliveryEngine.asPublished(bare).traceId() != null) {
                throw new AssertionError("an event inherited outside of a handler");
            }
        }
    }

    private static String cause() {
        return DeliveryEngine.asPublished(Envelope.builder("Billed").build())
                .headers()
                .first(Headers.CAUSATION_ID);
    }

    private static Delivery delivery(String eventId) {
        return new Delivery(
                Envelope.builder("Placed").eventId(eventId).build(),
                Topic.of("orders"),
                new Position("orders", 0, 1),
                1,
                1,
                Instant.EPOCH);
    }
}
