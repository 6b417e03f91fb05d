package io.eventbus.testkit.broker;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A wish list for a {@link NatsServer}; immutable, each {@code with…} method gives a changed copy.
 *
 * @param suite the Debian or Ubuntu suite whose package is to run (for instance {@code sid} for the newest); empty takes any server
 * @param extraConfig text appended to the server's configuration file, for instance an {@code authorization} or {@code tls} block; the
 *     blocks {@code listen}, {@code port} and {@code jetstream} are the fixture's own
 * @param storeDir a directory for JetStream's data that the fixture leaves in place when it closes; empty uses one that goes with it
 */
public record NatsServerOptions(Optional<String> suite, String extraConfig, Optional<Path> storeDir) {

    /** Checks the parts. */
    public NatsServerOptions {
        Objects.requireNonNull(suite, "suite");
        Objects.requireNonNull(extraConfig, "extraConfig");
        Objects.requireNonNull(storeDir, "storeDir");
    }

    /** No wishes: any server, no authentication, data removed at close. */
    public static NatsServerOptions defaults() {
        return new NatsServerOptions(Optional.empty(), "", Optional.empty());
    }

    /** Asks for the package of one suite; a server on the PATH and Docker are then passed over. */
    public NatsServerOptions withSuite(String name) {
        return new NatsServerOptions(Optional.of(name), extraConfig, storeDir);
    }

    /** Appends text to the configuration file. */
    public NatsServerOptions withConfig(String text) {
        return new NatsServerOptions(suite, extraConfig + "\n" + text, storeDir);
    }

    /** Keeps JetStream's data in a directory that outlives the fixture. */
    public NatsServerOptions withStoreDir(Path directory) {
        return new NatsServerOptions(suite, extraConfig, Optional.of(directory));
    }
}
