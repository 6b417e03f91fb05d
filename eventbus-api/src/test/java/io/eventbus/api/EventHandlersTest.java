package io.eventbus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventHandlersTest {

    private static final Outcome PLACED = Outcome.deadLetter("placed");

    @Test
    void anEventGoesToTheHandlerOfItsType() throws Exception {
        EventHandlers handlers = EventHandlers.builder()
                .on("OrderPlaced", delivery -> PLACED)
                .on("OrderCancelled", delivery -> Outcome.ack())
                .build();

        assertThat(handlers.handle(delivery("OrderPlaced"))).isSameAs(PLACED);
        assertThat(handlers.handle(delivery("OrderCancelled"))).isSameAs(Outcome.ack());
    }

    @Test
    void whatHasNoHandlerIsDeadLetteredUnlessSaidOtherwise() throws Exception {
        EventHandlers handlers = EventHandlers.builder().build();

        assertThat(handlers.handle(delivery("Unknown")))
                .isInstanceOfSatisfying(
                        Outcome.DeadLetter.class,
                        dead -> assertThat(dead.reason()).contains("Unknown"));
    }

    @Test
    void whatHasNoHandlerIsAcknowledgedOrFailsWhereThatIsSaid() throws Exception {
        EventHandlers ignoring =
                EventHandlers.builder().others(EventHandlers.Others.IGNORE).build();
        EventHandlers failing =
                EventHandlers.builder().others(EventHandlers.Others.FAIL).build();

        assertThat(ignoring.handle(delivery("Unknown"))).isSameAs(Outcome.ack());
        assertThatThrownBy(() -> failing.handle(delivery("Unknown")))
                .isInstanceOf(NoHandlerException.class)
                .hasMessageContainingAll("event e-1", "Unknown", "orders");
    }

    @Test
    void aTypeHasOneHandler() {
        EventHandlers.Builder handlers = EventHandlers.builder().on("OrderPlaced", delivery -> PLACED);

        assertThatThrownBy(() -> handlers.on("OrderPlaced", delivery -> Outcome.ack()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("OrderPlaced");
    }

    private static Delivery delivery(String type) {
        Envelope envelope = Envelope.builder(type).eventId("e-1").build();
        return new Delivery(envelope, Topic.of("orders"), new Position("orders", 0, 1), 1, 1, Instant.EPOCH);
    }
}
