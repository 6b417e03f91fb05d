package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventbus.testkit.broker.Commands;
import io.eventbus.testkit.broker.FreePorts;
import io.eventbus.testkit.broker.RunningBroker;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresIT extends PostgresFixtures {

    PostgresIT() {
        super("postgres", "18.");
    }

    @Override
    Database open() {
        return Databases.postgres();
    }

    @Test
    void endsWithTheJvmThatStartedItEvenIfThatWasKilled(@TempDir Path directory) throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DatabaseOrphaner.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.lines()
                    .filter(each -> each.startsWith("orphan "))
                    .findFirst()
                    .orElseThrow();
            ProcessHandle orphan =
                    ProcessHandle.of(Long.parseLong(line.split(" ", 2)[1])).orElseThrow();
            List<ProcessHandle> children = orphan.descendants().toList();
            assertThat(children).isNotEmpty();
            parent.destroyForcibly();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !orphan.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
            await().atMost(Duration.ofMinutes(1)).until(() -> homes(directory) == 0);
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void runsAsNobodyWhereRootHasNoUserNamespace(@TempDir Path directory) throws Exception {
        assumeTrue(Unprivileged.isRoot(), "only root has to become somebody else");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path kept = PostgresRecipe.programs(PostgresRecipe.NEWEST);
        Path programs = directory.resolve("programs");
        Commands.Answer copied = Commands.run(directory, List.of("cp", "-r", kept.toString(), programs.toString()), 60);
        assertThat(copied.status()).as(copied.output()).isZero();
        Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));

        int port = FreePorts.next();
        try (RunningBroker process = PostgresRecipe.process(programs, Unprivileged.nobody(programs), port, "secret")) {
            process.start();
            JdbcAddress address = PostgresRecipe.newest().address(port, "secret");
            assertThat(new SqlServer(new PostgresClient(), process, address, false).awaitReady())
                    .startsWith("18.");
            assertThat(Files.getAttribute(Path.of("/proc/" + process.pid()), "unix:uid"))
                    .isEqualTo(65_534);
        }
    }

    private static long homes(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(each -> each.getFileName().toString().startsWith("eventbus-postgres-"))
                    .count();
        }
    }
}
