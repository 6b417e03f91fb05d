package io.eventbus.testkit.broker;

import io.eventbus.testkit.broker.Readiness.StartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ways to a Kafka broker, in the order they are tried. */
final class KafkaWays {

    static final String BOOTSTRAP = "brokers.kafka.bootstrap";
    static final String VERSION = "brokers.kafka.version";
    static final String IMAGE = "brokers.kafka.image";
    static final String DEFAULT_VERSION = "4.4.0";

    private static final int STARTS = 4;
    private static final String ADVICE =
            "put mvn on the PATH with access to its repository, or name a running broker with "
                    + BrokerSettings.describe(BOOTSTRAP)
                    + "; to leave Kafka out on purpose, list the brokers that must run with -Dbrokers=…";

    /** A kind of broker, formatted and not started yet, that will listen on those ports. */
    private interface Launch {
        RunningBroker at(KafkaPorts ports) throws IOException, InterruptedException;
    }

    private final KafkaServerOptions options;
    private final boolean containersOnly = BrokersWith.containersOnly();
    private final WaysTried tried = new WaysTried("Kafka broker", containersOnly ? BrokersWith.advice(IMAGE) : ADVICE);

    private KafkaWays(KafkaServerOptions options) {
        this.options = options;
    }

    static KafkaServer start(KafkaServerOptions options) {
        try {
            return new KafkaWays(options).firstThatWorks();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while starting a Kafka broker", e);
        }
    }

    /** The directory of the jars of the version the settings ask for, for those who fill the cache ahead of time. */
    static Path fetch() throws IOException, InterruptedException {
        return KafkaJars.fetched(
                BrokerCache.configured(), BrokerSettings.find(VERSION).orElse(DEFAULT_VERSION));
    }

    private KafkaServer firstThatWorks() throws InterruptedException {
        return containersOnly ? onlyInDocker() : anyWay();
    }

    private KafkaServer onlyInDocker() throws InterruptedException {
        if (BrokerSettings.find(BOOTSTRAP).isPresent()) {
            tried.failed("settings", BrokersWith.contradicts(BOOTSTRAP));
            throw tried.exhausted();
        }
        KafkaServer server = inDocker();
        if (server == null) {
            throw tried.exhausted();
        }
        return server;
    }

    private KafkaServer anyWay() throws InterruptedException {
        Optional<String> bootstrap = BrokerSettings.find(BOOTSTRAP);
        if (bootstrap.isPresent()) {
            return external(bootstrap.get());
        }
        tried.failed("running broker", BrokerSettings.describe(BOOTSTRAP) + " not set");
        KafkaServer server = ofMaven();
        if (server == null) {
            server = inDocker();
        }
        if (server == null) {
            throw tried.exhausted();
        }
        return server;
    }

    private KafkaServer external(String bootstrap) {
        String way = "running broker " + bootstrap;
        if (options.proxies() > 0
                || !options.properties().isEmpty()
                || options.version().isPresent()) {
            tried.failed(
                    way,
                    "the test needs a broker with listeners or settings of its own, which an external one cannot take");
            throw tried.exhausted();
        }
        String first = bootstrap.split(",", -1)[0].strip();
        int colon = first.lastIndexOf(':');
        try {
            int port = Integer.parseInt(first.substring(colon + 1));
            KafkaProbe.brokers(first.substring(0, Math.max(0, colon)), port);
            return new KafkaServer(new ExternalBroker(BOOTSTRAP), bootstrap, KafkaPorts.ofExternal(port), "external");
        } catch (IOException | NumberFormatException e) {
            tried.failed(way, e);
            throw tried.exhausted();
        }
    }

    private @Nullable KafkaServer ofMaven() throws InterruptedException {
        String version =
                options.version().or(() -> BrokerSettings.find(VERSION)).orElse(DEFAULT_VERSION);
        String way = "Kafka " + version + " from the Maven repository";
        if (options.version().isEmpty() && BrokerSettings.find(IMAGE).isPresent()) {
            tried.failed(way, "passed over, since " + IMAGE + " was given");
            return null;
        }
        try {
            Path jars = KafkaJars.fetched(BrokerCache.configured(), version);
            return started(version, ports -> process(jars, ports));
        } catch (IOException e) {
            tried.failed(way, e);
            return null;
        }
    }

    private @Nullable KafkaServer inDocker() throws InterruptedException {
        String image = BrokerSettings.find(IMAGE).orElse("apache/kafka:" + version());
        if (!options.formatArguments().isEmpty()) {
            tried.failed("Docker image " + image, "passed over, since the image cannot make users for SCRAM");
            return null;
        }
        String tag = image.substring(image.lastIndexOf(':') + 1);
        if (options.version().filter(wanted -> !tag.startsWith(wanted)).isPresent()) {
            tried.failed("Docker image " + image, "passed over, since the test needs version " + version());
            return null;
        }
        try {
            DockerWay.require();
            return started(tag, ports -> DockerBrokers.kafka(image, ports, options, KafkaHome.clusterId()));
        } catch (IOException | RuntimeException e) {
            tried.failed("Docker image " + image, e);
            return null;
        }
    }

    private String version() {
        return options.version().or(() -> BrokerSettings.find(VERSION)).orElse(DEFAULT_VERSION);
    }

    private KafkaServer started(String version, Launch launch) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            KafkaPorts ports = KafkaPorts.open(options.proxies());
            RunningBroker broker = null;
            boolean ready = false;
            try {
                broker = launch.at(ports);
                broker.start();
                KafkaServer.awaitReady(broker, ports);
                ready = true;
                return new KafkaServer(broker, KafkaPorts.LOOPBACK + ":" + ports.client(), ports, version);
            } catch (StartFailedException e) {
                if (!e.isPortTaken() || attempt == STARTS) {
                    throw e;
                }
            } finally {
                if (!ready) {
                    ports.closeLinks();
                    if (broker != null) {
                        broker.close();
                    }
                }
            }
        }
    }

    private LocalProcess process(Path jars, KafkaPorts ports) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("eventbus-kafka-");
        KafkaHome files = new KafkaHome(home, jars);
        try {
            files.format(ports, options);
            return new LocalProcess(files.brokerCommand(), home, files.dataDir());
        } catch (IOException | InterruptedException e) {
            Directories.delete(home);
            throw e;
        }
    }
}
