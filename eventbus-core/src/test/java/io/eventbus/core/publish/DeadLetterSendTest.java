package io.eventbus.core.publish;

import static io.eventbus.api.PublishException.Reason.DISCONNECTED;
import static io.eventbus.api.PublishException.Reason.REJECTED;
import static io.eventbus.api.PublishException.Reason.TIMEOUT;
import static io.eventbus.api.PublishException.Reason.TOPIC_MISSING;
import static io.eventbus.core.publish.PublishPipelineTest.awaitLatch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadLetterSendTest {

    private static final Topic DEAD = Topic.of("orders.dead");

    @Test
    void aDeadLetterPassesAFullWindow() {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(1, 10).failWhenFull().build()) {
            rig.publishUnkeyed("e1");
            Receiver receiver = new Receiver();
            send(rig, "d1", "a", receiver);
            await().until(() -> rig.transport.sentIds().contains("d1"));
            rig.transport.send(1).ack();
            assertThat(receiver.told).containsExactly("ack");
            assertThat(rig.pipeline.stats().inFlight()).isEqualTo(1);
        }
    }

    @Test
    void itsTopicIsOpenedWithoutHoldingTheCaller() {
        try (Rig rig = Rig.standing()) {
            CountDownLatch mayOpen = new CountDownLatch(1);
            List<String> threads = Collections.synchronizedList(new ArrayList<>());
            rig.transport.onOpen = topic -> {
                threads.add(Thread.currentThread().getName());
                awaitLatch(mayOpen);
            };
            Receiver receiver = new Receiver();
            send(rig, "d1", "a", receiver);
            send(rig, "d2", "a", receiver);
            send(rig, "d3", "b", receiver);
            assertThat(rig.transport.sends()).isEmpty();
            mayOpen.countDown();
            await().until(() -> rig.transport.sends().size() == 2);
            assertThat(rig.transport.sentIds()).containsExactlyInAnyOrder("d1", "d3");
            rig.transport.sends().forEach(ScriptedTransport.Send::ack);
            assertThat(rig.transport.sentIds()).endsWith("d2");
            assertThat(threads).containsExactly("rig-opener-1");
        }
    }

    @Test
    void whatMayPassIsTriedAgainEvenWhereTheClientResends() {
        try (Rig rig =
                Rig.on(new ScriptedTransport(Capability.PIPELINED_KEY_ORDER)).build()) {
            rig.transport.onOpen = topic -> {
                throw ScriptedTransport.error(DISCONNECTED);
            };
            Receiver receiver = new Receiver();
            send(rig, "d1", "a", receiver);
            await().until(() -> rig.hand.pending() == 2);
            rig.transport.onOpen = topic -> {};
            rig.transport.onSend = send -> send.fail(DISCONNECTED);
            rig.advance(Duration.ofMillis(50));
            await().until(() -> rig.hand.pending() == 2 && rig.transport.sends().size() == 1);
            rig.transport.onSend = ScriptedTransport.Send::ack;
            rig.advance(Duration.ofMillis(100));
            assertThat(receiver.told).containsExactly("ack");
        }
    }

    @Test
    void whereTheTransportKeepsTheOrderNoneWaitsForAnother() {
        try (Rig rig =
                Rig.on(new ScriptedTransport(Capability.PIPELINED_KEY_ORDER)).build()) {
            Receiver receiver = new Receiver();
            send(rig, "d1", "a", receiver);
            await().until(() -> rig.transport.sentIds().contains("d1"));
            send(rig, "d2", "a", receiver);
            assertThat(rig.transport.sentIds()).containsExactly("d1", "d2");
        }
    }

    @Test
    void atItsDeadlineAndOnTerminalErrorsItsSenderIsTold() {
        try (Rig rig = Rig.standing()) {
            Receiver late = new Receiver();
            send(rig, "d1", "a", late);
            await().until(() -> rig.transport.sends().size() == 1);
            rig.advance(Duration.ofSeconds(11));
            assertThat(late.told).containsExactly(TIMEOUT.name());
            Receiver refused = new Receiver();
            rig.transport.onSend = send -> send.fail(REJECTED);
            send(rig, "d2", "b", refused);
            assertThat(refused.told).containsExactly(REJECTED.name());
            Receiver missing = new Receiver();
            rig.transport.onOpen = topic -> {
                throw ScriptedTransport.error(TOPIC_MISSING);
            };
            rig.pipeline.sendDeadLetter(message(rig, Topic.of("other"), "d3", null), missing);
            await().until(() -> !missing.told.isEmpty());
            assertThat(missing.told).containsExactly(TOPIC_MISSING.name());
        }
    }

    @Test
    void theCloseEndsItToo() {
        try (Rig rig = Rig.standing()) {
            Receiver cut = new Receiver();
            send(rig, "d1", "a", cut);
            await().until(() -> rig.transport.sends().size() == 1);
            assertThat(rig.pipeline.close(Duration.ZERO)).isZero();
            assertThat(cut.told).containsExactly("closed");
            Receiver late = new Receiver();
            send(rig, "d2", "a", late);
            assertThat(late.told).containsExactly("closed");
        }
    }

    @Test
    void aReceiverThatThrowsDoesNotStopTheLane() {
        try (Rig rig = Rig.standing()) {
            SendCallback bad = new SendCallback() {
                @Override
                public void acknowledged(Position position, boolean duplicate) {
                    throw new IllegalStateException("on purpose");
                }

                @Override
                public void failed(EventBusException error) {
                    throw new IllegalStateException("on purpose");
                }
            };
            rig.transport.onSend = ScriptedTransport.Send::ack;
            send(rig, "d1", "a", bad);
            Receiver receiver = new Receiver();
            send(rig, "d2", "a", receiver);
            await().until(() -> !receiver.told.isEmpty());
        }
    }

    private static void send(Rig rig, String id, String key, SendCallback done) {
        rig.pipeline.sendDeadLetter(message(rig, DEAD, id, key), done);
    }

    private static OutboundMessage message(Rig rig, Topic topic, String id, String key) {
        long deadline = rig.hand.nanoTime() + Duration.ofSeconds(10).toNanos();
        return new OutboundMessage(topic, id, key, Headers.empty(), new byte[100], deadline);
    }

    private static final class Receiver implements SendCallback {
        final List<String> told = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void acknowledged(Position position, boolean duplicate) {
            told.add("ack");
        }

        @Override
        public void failed(EventBusException error) {
            told.add(
                    error instanceof PublishException failure
                            ? failure.reason().name()
                            : error instanceof BusClosedException ? "closed" : error.toString());
        }
    }
}
