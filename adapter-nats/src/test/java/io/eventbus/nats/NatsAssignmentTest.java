package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import org.junit.jupiter.api.Test;

class NatsAssignmentTest {

    @Test
    void whatWasGivenBackIsStillOwed() {
        NatsThreads threads = new NatsThreads("assignment");
        NatsConnection connection = new NatsConnection(NatsConfig.builder().build(), threads);
        NatsAssignment assignment = new NatsAssignment("durable", 1, null);
        NatsInbound.Source source = new NatsInbound.Source(Topic.of("t"), assignment);
        for (long sequence = 4; sequence <= 6; sequence++) {
            assignment.add(new NatsInbound(
                    connection,
                    source,
                    new Position("stream", 0, sequence),
                    1,
                    "reply",
                    new NatsInbound.Content(null, new byte[0])));
        }
        assignment.inFlight(4).ack();
        assignment.inFlight(5).giveBack();
        assertThat(assignment.lowest(9)).isEqualTo(5);
        assertThat(assignment.comesAgain(5)).isTrue();
        assertThat(assignment.lowest(9)).isEqualTo(6);
        threads.close();
    }
}
