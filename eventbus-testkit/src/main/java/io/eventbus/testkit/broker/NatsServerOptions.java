package io.eventbus.testkit.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A wish list for a {@link NatsServer}; immutable, each {@code with…} method gives a changed copy.
 *
 * @param suite the Debian or Ubuntu suite whose package is to run (for instance {@code sid} for the newest); empty takes any server
 * @param extraConfig text appended to the server's configuration file, for instance an {@code authorization} or {@code tls} block; the
 *     blocks {@code listen}, {@code port} and {@code jetstream} are the fixture's own
 * @param storeDir a directory for JetStream's data that the fixture leaves in place when it closes; empty uses one that goes with it
 * @param files files that the text names by their absolute paths; a container gets them at the same paths
 */
public record NatsServerOptions(Optional<String> suite, String extraConfig, Optional<Path> storeDir, List<Path> files) {

    /** Checks the parts. */
    public NatsServerOptions {
        Objects.requireNonNull(suite, "suite");
        Objects.requireNonNull(extraConfig, "extraConfig");
        Objects.requireNonNull(storeDir, "storeDir");
        files = List.copyOf(files);
    }

    /** No wishes: any server, no authentication, data removed at close. */
    public static NatsServerOptions defaults() {
        return new NatsServerOptions(Optional.empty(), "", Optional.empty(), List.of());
    }

    /** Asks for the package of one suite; a server on the PATH and Docker are then passed over. */
    public NatsServerOptions withSuite(String name) {
        return new NatsServerOptions(Optional.of(name), extraConfig, storeDir, files);
    }

    /** Appends text to the configuration file. */
    public NatsServerOptions withConfig(String text) {
        return new NatsServerOptions(suite, extraConfig + "\n" + text, storeDir, files);
    }

    /** Keeps JetStream's data in a directory that outlives the fixture. */
    public NatsServerOptions withStoreDir(Path directory) {
        return new NatsServerOptions(suite, extraConfig, Optional.of(directory), files);
    }

    /** Lets clients in over TLS only, with that certificate of the server. */
    public NatsServerOptions withTls(TestIdentity server) {
        return withTls(server, "", List.of());
    }

    /** Lets clients in over TLS only, and only those that show a certificate of that authority. */
    public NatsServerOptions withMutualTls(TestIdentity server, TestAuthority clients) {
        String check = "ca_file: " + NatsUser.quoted(clients.certificate().toString()) + "\n  verify: true";
        return withTls(server, check, List.of(clients.certificate()));
    }

    /** Lets only these users in, each with what it may do. */
    public NatsServerOptions withUsers(NatsUser... users) {
        String list = Arrays.stream(users).map(NatsUser::text).collect(Collectors.joining("\n    "));
        return withConfig("authorization {\n  timeout: 10\n  users: [\n    " + list + "\n  ]\n}");
    }

    /** Lets only those in who know the token. */
    public NatsServerOptions withToken(String token) {
        return withConfig("authorization {\n  timeout: 10\n  token: " + NatsUser.quoted(token) + "\n}");
    }

    /** The record's parts but for the configuration, which may hold passwords. */
    @Override
    public String toString() {
        return "NatsServerOptions[suite=" + suite + ", storeDir=" + storeDir + ", files=" + files + "]";
    }

    private NatsServerOptions withTls(TestIdentity server, String more, List<Path> moreFiles) {
        String text = """
                tls {
                  cert_file: %s
                  key_file: %s
                  timeout: 10
                  %s
                }""".formatted(
                        NatsUser.quoted(server.certificate().toString()),
                        NatsUser.quoted(server.key().toString()),
                        more);
        List<Path> all = new ArrayList<>(files);
        all.addAll(List.of(server.certificate(), server.key()));
        all.addAll(moreFiles);
        return new NatsServerOptions(suite, extraConfig + "\n" + text, storeDir, all);
    }
}
