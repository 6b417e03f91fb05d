package io.eventbus.testkit.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A {@code nats-server} program that was found and has answered with its version, so it can run here. */
record NatsBinary(Path path, String version) {

    /** Where the distribution's package puts it. */
    private static final List<String> PLACES = List.of("usr/sbin/nats-server", "usr/bin/nats-server");

    static NatsBinary checked(Path path) throws IOException, InterruptedException {
        if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
            throw new IOException(path + " is not an executable file");
        }
        Path here = path.toAbsolutePath();
        Commands.Answer answer = Commands.run(Path.of("/"), List.of(here.toString(), "--version"), 20);
        if (answer.status() != 0 || !answer.output().contains("nats-server")) {
            throw new IOException(here + " does not run (exit status " + answer.status() + "):\n" + answer.tail());
        }
        return new NatsBinary(
                here,
                answer.output().replaceFirst("(?s).*nats-server:?\\s*v?", "").strip());
    }

    static NatsBinary ofDistribution(BrokerCache cache, Optional<String> suite)
            throws IOException, InterruptedException {
        Path root = new DistributionPackage("nats-server").unpacked(cache, suite);
        for (String place : PLACES) {
            if (Files.exists(root.resolve(place))) {
                return checked(root.resolve(place));
            }
        }
        throw new IOException("The package unpacked in " + root + " holds no nats-server");
    }
}
