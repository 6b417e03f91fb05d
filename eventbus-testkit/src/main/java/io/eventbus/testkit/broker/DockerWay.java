package io.eventbus.testkit.broker;

import java.io.IOException;

/** A gate before {@link DockerBrokers}: it tells why Docker cannot be used without loading a class of Testcontainers. */
final class DockerWay {

    private DockerWay() {}

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
