package io.eventbus.testkit.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Kafka's broker as jars, fetched once with Maven. */
final class KafkaJars {

    /** A binding that writes the broker's log to its output. */
    private static final String LOGGING = "org.slf4j:slf4j-simple:1.7.36";

    private KafkaJars() {}

    /** The directory that holds the jars of one version. */
    static Path fetched(BrokerCache cache, String version) throws IOException, InterruptedException {
        if (!version.matches("[0-9][A-Za-z0-9.-]*")) {
            throw new IOException("'" + version + "' is not a version of Kafka");
        }
        return cache.entry("kafka-" + version, directory -> copy(version, directory));
    }

    private static void copy(String version, Path target) throws IOException, InterruptedException {
        String name = "Kafka " + version + " (about 45 MB)";
        MavenJars.copy(name, List.of("org.apache.kafka:kafka_2.13:" + version, LOGGING), target);
        if (!holdsBroker(target)) {
            throw new IOException("mvn fetched no Kafka broker");
        }
    }

    private static boolean holdsBroker(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("kafka_2.13-"));
        }
    }
}
