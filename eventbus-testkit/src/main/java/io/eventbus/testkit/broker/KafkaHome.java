package io.eventbus.testkit.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The directory a Kafka broker lives in (settings, data, log) and the commands that format and run it. */
final class KafkaHome {

    private static final long FORMAT_SECONDS = 120;

    private final Path home;
    private final Path jars;

    KafkaHome(Path home, Path jars) {
        this.home = home;
        this.jars = jars;
    }

    Path dataDir() {
        return home.resolve("data");
    }

    /** Writes the settings and formats the storage, which KRaft wants done before the first start. */
    void format(KafkaPorts ports, KafkaServerOptions options) throws IOException, InterruptedException {
        Map<String, String> settings = new LinkedHashMap<>(settings(ports, KafkaPorts.LOOPBACK));
        settings.put("log.dirs", dataDir().toString());
        settings.putAll(options.settings());
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + "=" + value.replace("\\", "\\\\")));
        Files.write(settingsFile(), lines);
        List<String> command = new ArrayList<>(java("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(
                "kafka.tools.StorageTool",
                "format",
                "-t",
                clusterId(),
                "-c",
                settingsFile().toString()));
        command.addAll(options.formatArguments());
        Commands.Answer answer = Commands.run(home, command, FORMAT_SECONDS);
        if (answer.status() != 0) {
            throw new IOException("Kafka's storage cannot be formatted:\n" + answer.tail());
        }
    }

    List<String> brokerCommand() {
        List<String> command =
                new ArrayList<>(java("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-Djava.awt.headless=true"));
        command.addAll(List.of("kafka.Kafka", settingsFile().toString()));
        return command;
    }

    /** What makes one node whole: internal topics with one replica, no waiting for others, quick registration after a kill. */
    static Map<String, String> settings(KafkaPorts ports, String bindAddress) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@" + KafkaPorts.LOOPBACK + ":" + ports.controller());
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "CLIENT");
        settings.put("listeners", ports.listeners(bindAddress));
        settings.put("advertised.listeners", ports.advertised());
        settings.put("auto.create.topics.enable", "false");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "4");
        settings.put("min.insync.replicas", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("log.preallocate", "false");
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("log.cleaner.dedupe.buffer.size", "16777216");
        // A killed broker is let in again only when the controller has given up its former self.
        settings.put("broker.session.timeout.ms", "3000");
        settings.put("broker.heartbeat.interval.ms", "500");
        return settings;
    }

    private Path settingsFile() {
        return home.resolve("server.properties");
    }

    private List<String> java(String... flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.add("-Dorg.slf4j.simpleLogger.showDateTime=true");
        command.add("-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");
        command.add("-cp");
        command.add(jars + "/*");
        return command;
    }

    /** A cluster id as Kafka writes it: 16 bytes in base64 for URLs, not beginning with a dash. */
    static String clusterId() {
        UUID random = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(random.getMostSignificantBits() & Long.MAX_VALUE)
                .putLong(random.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
