package io.eventbus.testkit.broker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Kafka's broker as jars, fetched once by the machine's own Maven: with its mirrors, credentials and local repository, so it works
 * wherever this project's build works.
 */
final class KafkaJars {

    static final String MAVEN_ARGUMENTS = "brokers.maven.args";

    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies";
    private static final long TIMEOUT_SECONDS = 900;

    private KafkaJars() {}

    /** The directory that holds the jars of one version. */
    static Path fetched(BrokerCache cache, String version) throws IOException, InterruptedException {
        if (!version.matches("[0-9][A-Za-z0-9.-]*")) {
            throw new IOException("'" + version + "' is not a version of Kafka");
        }
        return cache.entry("kafka-" + version, directory -> copy(version, directory));
    }

    private static void copy(String version, Path target) throws IOException, InterruptedException {
        Path maven = maven().orElseThrow(() ->
                new IOException("there is no mvn in MAVEN_HOME or on the PATH to fetch Kafka's jars with"));
        Progress.say("fetching the jars of Kafka " + version + " with " + maven + ", once (about 45 MB) …");
        Path project = Files.createTempDirectory("eventbus-kafka-jars-");
        try {
            Files.writeString(project.resolve("pom.xml"), pom(version));
            List<String> command = new ArrayList<>(List.of(maven.toString(), "-B", "-ntp"));
            BrokerSettings.find(MAVEN_ARGUMENTS).ifPresent(more -> command.addAll(List.of(more.split("\\s+", -1))));
            String repository = System.getProperty("maven.repo.local", System.getProperty("localRepository", ""));
            if (!repository.isBlank()) {
                command.add("-Dmaven.repo.local=" + repository);
            }
            command.addAll(List.of(COPY, "-DincludeScope=runtime", "-DoutputDirectory=" + target));
            Commands.Answer answer = Commands.run(project, command, TIMEOUT_SECONDS);
            if (answer.status() != 0) {
                throw new IOException("mvn could not fetch Kafka " + version + ":\n" + answer.tail());
            }
            if (!holdsBroker(target)) {
                throw new IOException("mvn fetched no Kafka broker:\n" + answer.tail());
            }
        } finally {
            Directories.delete(project);
        }
    }

    private static boolean holdsBroker(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("kafka_2.13-"));
        }
    }

    private static Optional<Path> maven() {
        String program = File.separatorChar == '\\' ? "mvn.cmd" : "mvn";
        for (String variable : List.of("MAVEN_HOME", "M2_HOME")) {
            String home = System.getenv(variable);
            if (home != null && Files.isExecutable(Path.of(home, "bin", program))) {
                return Optional.of(Path.of(home, "bin", program));
            }
        }
        return Commands.onPath(program);
    }

    /** The broker, and a binding that writes its log to its output. */
    private static String pom(String version) {
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>io.eventbus.testkit</groupId>
                  <artifactId>kafka-broker</artifactId>
                  <version>%1$s</version>
                  <packaging>pom</packaging>
                  <dependencies>
                    <dependency>
                      <groupId>org.apache.kafka</groupId>
                      <artifactId>kafka_2.13</artifactId>
                      <version>%1$s</version>
                    </dependency>
                    <dependency>
                      <groupId>org.slf4j</groupId>
                      <artifactId>slf4j-simple</artifactId>
                      <version>1.7.36</version>
                    </dependency>
                  </dependencies>
                </project>
                """.formatted(version);
    }
}
