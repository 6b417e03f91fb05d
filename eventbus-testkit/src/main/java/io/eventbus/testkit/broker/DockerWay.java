package io.eventbus.testkit.broker;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A gate before {@link DockerBrokers}: it tells why Docker cannot be used without loading a class of Testcontainers. */
public final class DockerWay {

    private DockerWay() {}

    /**
     * A container, not started yet, whose server listens on that port and is published on the same port of the loopback address.
     *
     * @throws IOException with the reason, if Testcontainers is not on the class path or no engine answers
     */
    public static RunningBroker container(String image, int port, Map<String, String> environment, List<String> command)
            throws IOException {
        require();
        return DockerBrokers.container(image, port, environment, command);
    }

    /** Fails with the reason if Testcontainers is not on the class path or no engine answers. */
    static void require() throws IOException {
        try {
            Class.forName("org.testcontainers.DockerClientFactory", false, DockerWay.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException("Testcontainers is not on the class path", e);
        }
        DockerBrokers.requireEngine();
    }
}
