package io.eventbus.testkit.broker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fetch of jars by the machine's own Maven: with its mirrors, credentials and local repository, so it works wherever this project's
 * build works.
 */
public final class MavenJars {

    static final String MAVEN_ARGUMENTS = "brokers.maven.args";

    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies";
    private static final long TIMEOUT_SECONDS = 900;

    private MavenJars() {}

    /**
     * Copies jars, with what they need at run time, into a directory.
     *
     * @param name what they are, as messages name it
     * @param coordinates {@code group:artifact:version} each
     * @throws IOException if there is no Maven, or it cannot fetch them; the message ends with what Maven said
     */
    public static void copy(String name, List<String> coordinates, Path target)
            throws IOException, InterruptedException {
        Path maven = maven().orElseThrow(() ->
                new IOException("there is no mvn in MAVEN_HOME or on the PATH to fetch " + name + " with"));
        Progress.say("fetching " + name + " with " + maven + ", once …");
        Path project = Files.createTempDirectory("eventbus-jars-");
        try {
            Files.writeString(project.resolve("pom.xml"), pom(coordinates));
            List<String> command = new ArrayList<>(List.of(maven.toString(), "-B", "-ntp"));
            BrokerSettings.find(MAVEN_ARGUMENTS).ifPresent(more -> command.addAll(List.of(more.split("\\s+", -1))));
            String repository = System.getProperty("maven.repo.local", System.getProperty("localRepository", ""));
            if (!repository.isBlank()) {
                command.add("-Dmaven.repo.local=" + repository);
            }
            command.addAll(List.of(COPY, "-DincludeScope=runtime", "-DoutputDirectory=" + target));
            Commands.Answer answer = Commands.run(project, command, TIMEOUT_SECONDS);
            if (answer.status() != 0) {
                throw new IOException("mvn could not fetch " + name + ":\n" + answer.tail());
            }
        } finally {
            Directories.delete(project);
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

    private static String pom(List<String> coordinates) {
        StringBuilder dependencies = new StringBuilder();
        for (String each : coordinates) {
            String[] parts = each.split(":", -1);
            dependencies.append("""
                        <dependency>
                          <groupId>%s</groupId>
                          <artifactId>%s</artifactId>
                          <version>%s</version>
                        </dependency>
                    """.formatted(parts[0], parts[1], parts[2]));
        }
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>io.eventbus.testkit</groupId>
                  <artifactId>fetched</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <dependencies>
                %s
                  </dependencies>
                </project>
                """.formatted(dependencies);
    }
}
