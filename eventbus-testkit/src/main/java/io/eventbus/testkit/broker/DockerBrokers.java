package io.eventbus.testkit.broker;

import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The way to a broker through Docker. The only class, with {@link DockerContainer}, that sees Testcontainers, which is an optional
 * dependency: ask {@link DockerWay} first whether it may be loaded.
 */
final class DockerBrokers {

    static final String NATS_STORE = "/tmp/eventbus-jetstream";

    private static final String NATS_CONFIG = "/" + NatsConfigFile.NAME;

    private DockerBrokers() {}

    /** Fails with the reason if no engine answers. */
    static void requireEngine() throws IOException {
        try {
            DockerClientFactory.instance().client();
        } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
            throw new IOException("no Docker engine answers: " + e.getMessage(), e);
        }
    }

    /** A NATS server whose client port is published on that port of the loopback address. */
    static RunningBroker nats(String image, NatsConfigFile config, NatsServerOptions options) {
        GenericContainer<?> container = publishing(image, List.of(config.port()))
                .withCopyToContainer(Transferable.of(config.text(options.extraConfig()), 0644), NATS_CONFIG)
                .withCommand("--config", NATS_CONFIG);
        giveFiles(container, options.files());
        return new DockerContainer(container);
    }

    /** Copies, for whoever the container's user is, at the paths they have here, so that settings name the same paths everywhere. */
    private static void giveFiles(GenericContainer<?> container, List<Path> files) {
        for (Path file : files) {
            container.withCopyFileToContainer(MountableFile.forHostPath(file, 0644), file.toString());
        }
    }

    /** A Kafka broker of the Apache image, which reads its settings from its environment. */
    static RunningBroker kafka(String image, KafkaPorts ports, KafkaServerOptions options, String clusterId) {
        List<Integer> published = new ArrayList<>(ports.behindLinks());
        published.add(ports.client());
        GenericContainer<?> container = publishing(image, published).withEnv("CLUSTER_ID", clusterId);
        KafkaHome.settings(ports, "0.0.0.0").forEach((key, value) -> container.withEnv(variable(key), value));
        options.settings().forEach((key, value) -> container.withEnv(variable(key), value));
        giveFiles(container, options.files());
        return new DockerContainer(container);
    }

    /** Any server that takes its port as an argument or from its environment. */
    static RunningBroker container(String image, int port, Map<String, String> environment, List<String> command) {
        GenericContainer<?> container =
                publishing(image, List.of(port)).withEnv(environment).withCommand(command.toArray(new String[0]));
        return new DockerContainer(container);
    }

    private static GenericContainer<?> publishing(String image, List<Integer> ports) {
        List<PortBinding> bindings = new ArrayList<>();
        for (int port : ports) {
            bindings.add(PortBinding.parse("127.0.0.1:" + port + ":" + port));
        }
        return new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(ports.toArray(new Integer[0]))
                .waitingFor(new NoWait())
                .withCreateContainerCmdModifier(command -> Optional.ofNullable(command.getHostConfig())
                        .ifPresent(host -> host.withPortBindings(new Ports(bindings.toArray(new PortBinding[0])))));
    }

    /** How the Apache image names a setting: {@code log.dirs} is {@code KAFKA_LOG_DIRS}. */
    static String variable(String key) {
        return "KAFKA_"
                + key.replace("_", "__").replace("-", "___").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The fixtures ask the broker itself whether it is ready. */
    private static final class NoWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            // nothing to wait for here
        }
    }
}
