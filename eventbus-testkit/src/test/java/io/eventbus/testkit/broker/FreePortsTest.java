package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
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
}
