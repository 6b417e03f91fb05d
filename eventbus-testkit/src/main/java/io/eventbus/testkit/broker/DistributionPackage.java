package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A package of the Debian or Ubuntu this machine runs, downloaded with the machine's own apt and unpacked into the cache. It
 * needs no root and installs nothing.
 */
final class DistributionPackage {

    private static final String SCRIPT = "unpack-distribution-package.sh";
    private static final long TIMEOUT_SECONDS = 300;

    private final String name;

    DistributionPackage(String name) {
        this.name = name;
    }

    /**
     * The directory the package is unpacked in.
     *
     * @param suite a suite's name such as {@code trixie} or {@code sid}; empty for the machine's own
     * @throws IOException if it cannot be had; the message says why
     */
    Path unpacked(BrokerCache cache, Optional<String> suite) throws IOException, InterruptedException {
        String wanted = suite.orElse("-");
        if (!wanted.matches("-|[A-Za-z0-9][A-Za-z0-9./_-]*")) {
            throw new IOException("'" + wanted + "' is not the name of a suite");
        }
        if (Commands.onPath("apt-get").isEmpty()) {
            throw new IOException("there is no apt-get here: not a Debian or Ubuntu system");
        }
        String entry = name + "-" + suite.orElse("own").replace('/', '_') + "-" + System.getProperty("os.arch");
        return cache.entry(entry.toLowerCase(Locale.ROOT), directory -> download(wanted, directory));
    }

    private void download(String suite, Path directory) throws IOException, InterruptedException {
        Progress.say("downloading the package " + name + " of "
                + (suite.equals("-") ? "this machine's suite" : "suite " + suite) + " with apt-get, once …");
        Path script = Files.createTempFile("eventbus-", ".sh");
        try (InputStream text = DistributionPackage.class.getResourceAsStream(SCRIPT)) {
            if (text == null) {
                throw new IOException("The resource " + SCRIPT + " is missing from the test kit");
            }
            Files.write(script, text.readAllBytes());
            Commands.Answer answer = Commands.run(
                    directory, List.of("sh", script.toString(), name, suite, directory.toString()), TIMEOUT_SECONDS);
            if (answer.status() != 0) {
                throw new IOException("apt-get could not download it:\n" + answer.tail());
            }
        } finally {
            Files.deleteIfExists(script);
        }
    }
}
