package io.eventbus.testkit.broker;

import io.eventbus.testkit.broker.Readiness.StartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ways to a NATS server, in the order they are tried. */
final class NatsWays {

    static final String URL = "brokers.nats.url";
    static final String BINARY = "brokers.nats.binary";
    static final String SUITE = "brokers.nats.suite";
    static final String IMAGE = "brokers.nats.image";

    private static final String DEFAULT_IMAGE = "nats:2.12-alpine";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int STARTS = 4;
    private static final String ADVICE = "install nats-server, or name one with " + BrokerSettings.describe(BINARY)
            + ", or name a running server with " + BrokerSettings.describe(URL)
            + "; to leave NATS out on purpose, list the brokers that must run with -Dbrokers=…";

    /** A server that is not started yet, and what it will be configured with. */
    private record Launched(RunningBroker broker, NatsConfigFile config) {}

    /** A kind of server, not started yet, that will listen on a port. */
    private interface Launch {
        Launched at(int port) throws IOException;
    }

    private final NatsServerOptions options;
    private final boolean containersOnly = BrokersWith.containersOnly();
    private final WaysTried tried = new WaysTried("NATS server", containersOnly ? BrokersWith.advice(IMAGE) : ADVICE);

    private NatsWays(NatsServerOptions options) {
        this.options = options;
    }

    static NatsServer start(NatsServerOptions options) {
        try {
            return new NatsWays(options).firstThatWorks();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while starting a NATS server", e);
        }
    }

    /** The unpacked program of a suite, for those who fill the cache ahead of time. */
    static Path fetch(Optional<String> suite) throws IOException, InterruptedException {
        return NatsBinary.ofDistribution(BrokerCache.configured(), suite).path();
    }

    private NatsServer firstThatWorks() throws InterruptedException {
        return containersOnly ? onlyInDocker() : anyWay();
    }

    private NatsServer onlyInDocker() {
        for (String other : List.of(URL, BINARY)) {
            if (BrokerSettings.find(other).isPresent()) {
                tried.failed("settings", BrokersWith.contradicts(other));
                throw tried.exhausted();
            }
        }
        NatsServer server = inDocker();
        if (server == null) {
            throw tried.exhausted();
        }
        return server;
    }

    private NatsServer anyWay() throws InterruptedException {
        Optional<String> url = BrokerSettings.find(URL);
        if (url.isPresent()) {
            return external(url.get());
        }
        tried.failed("running server", BrokerSettings.describe(URL) + " not set");
        Optional<String> binary = BrokerSettings.find(BINARY);
        if (binary.isPresent()) {
            return given(binary.get());
        }
        tried.failed("given program", BrokerSettings.describe(BINARY) + " not set");
        NatsServer server = onPath();
        if (server == null) {
            server = inDocker();
        }
        if (server == null) {
            server = ofDistribution();
        }
        if (server == null) {
            throw tried.exhausted();
        }
        return server;
    }

    private NatsServer external(String url) {
        if (!options.extraConfig().isBlank()
                || options.storeDir().isPresent()
                || options.suite().isPresent()) {
            tried.failed(
                    "running server " + NatsUrl.masked(url),
                    "the test needs a server with a configuration of its own, which an external one cannot take");
            throw tried.exhausted();
        }
        try {
            NatsUrl address = NatsUrl.parse(url);
            NatsInfo info = NatsInfo.ask(address.host(), address.port());
            if (!info.jetStream()) {
                throw new IOException("version " + info.version() + " answers there, but JetStream is not enabled");
            }
            NatsConfigFile unused = new NatsConfigFile(address.host(), address.port(), "");
            return new NatsServer(new ExternalBroker(URL), unused, url, info.version());
        } catch (IOException e) {
            tried.failed("running server " + NatsUrl.masked(url), e);
            throw tried.exhausted();
        }
    }

    private NatsServer given(String path) throws InterruptedException {
        try {
            return run(NatsBinary.checked(Path.of(path)));
        } catch (IOException e) {
            tried.failed("given program", e);
            throw tried.exhausted();
        }
    }

    private @Nullable NatsServer onPath() throws InterruptedException {
        String way = "nats-server on the PATH";
        Optional<Path> found = Commands.onPath("nats-server");
        if (suite().isPresent()) {
            tried.failed(way, "passed over, since the package of suite " + suite().get() + " was asked for");
        } else if (BrokerSettings.find(IMAGE).isPresent()) {
            tried.failed(way, "passed over, since " + IMAGE + " was given");
        } else if (found.isEmpty()) {
            tried.failed(way, "not there");
        } else {
            try {
                return run(NatsBinary.checked(found.get()));
            } catch (IOException e) {
                tried.failed(way, e);
            }
        }
        return null;
    }

    private @Nullable NatsServer inDocker() {
        String image = BrokerSettings.find(IMAGE).orElse(DEFAULT_IMAGE);
        String way = "Docker image " + image;
        if (suite().isPresent()) {
            tried.failed(way, "passed over, since the package of suite " + suite().get() + " was asked for");
            return null;
        }
        if (options.storeDir().isPresent()) {
            tried.failed(way, "passed over, since the test keeps the store in a directory of this machine");
            return null;
        }
        try {
            DockerWay.require();
            return started(port -> {
                NatsConfigFile config = new NatsConfigFile("0.0.0.0", port, DockerBrokers.NATS_STORE);
                return new Launched(DockerBrokers.nats(image, config, options), config);
            });
        } catch (IOException | RuntimeException e) {
            tried.failed(way, e);
            return null;
        }
    }

    private @Nullable NatsServer ofDistribution() throws InterruptedException {
        try {
            return run(NatsBinary.ofDistribution(BrokerCache.configured(), suite()));
        } catch (IOException e) {
            tried.failed(suite().map(name -> "package of suite " + name).orElse("package of this distribution"), e);
            return null;
        }
    }

    private Optional<String> suite() {
        return options.suite().or(() -> BrokerSettings.find(SUITE));
    }

    private NatsServer run(NatsBinary binary) throws IOException {
        return started(port -> process(binary, port));
    }

    private NatsServer started(Launch launch) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = FreePorts.next();
            Launched launched = launch.at(port);
            RunningBroker broker = launched.broker();
            boolean ready = false;
            try {
                broker.start();
                NatsInfo info = NatsServer.awaitReady(broker, LOOPBACK, port);
                ready = true;
                return new NatsServer(broker, launched.config(), "nats://" + LOOPBACK + ":" + port, info.version());
            } catch (StartFailedException e) {
                if (!e.isPortTaken() || attempt == STARTS) {
                    throw e;
                }
            } finally {
                if (!ready) {
                    broker.close();
                }
            }
        }
    }

    private Launched process(NatsBinary binary, int port) throws IOException {
        Path home = Files.createTempDirectory("eventbus-nats-");
        Path data = options.storeDir().orElse(home.resolve("jetstream")).toAbsolutePath();
        Files.createDirectories(data);
        NatsConfigFile config = new NatsConfigFile(LOOPBACK, port, data.toString());
        Path file = home.resolve(NatsConfigFile.NAME);
        Files.writeString(file, config.text(options.extraConfig()));
        List<String> command = List.of(binary.path().toString(), "-c", file.toString());
        return new Launched(new LocalProcess(command, home, data), config);
    }
}
