package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    @Test
    void liesBelowTheRangeOfOutgoingConnectionsAndNeverComesTwice() throws IOException {
        int outgoing = FreePorts.firstOutgoingPort();
        assertThat(outgoing).isBetween(1024, 32_768);
        Assumptions.assumeTrue(outgoing > 16_000, "this machine takes nearly every port for outgoing connections");
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            int port = FreePorts.next();
            assertThat(port).isLessThan(outgoing);
            assertThat(ports.add(port)).isTrue();
        }
    }

    @Test
    void aPortOfOneProcessIsNotGivenToAnother() throws IOException {
        int given = FreePorts.next();
        List<String> said = new CopyOnWriteArrayList<>();
        try (ChildJvm child = ChildJvm.start(Claimer.class.getName(), List.of(String.valueOf(given), "1"), said::add)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> said.size() >= 2);
        }
        assertThat(said).containsExactly("false", "true");
    }

    /** Another process: says of each port whether it could have it. */
    static final class Claimer {

        private Claimer() {}

        public static void main(String[] ports) {
            for (String port : ports) {
                System.out.println(FreePorts.claim(Integer.parseInt(port)));
            }
        }
    }
}
