package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.BrokerCache;
import io.eventbus.testkit.broker.Directories;
import io.eventbus.testkit.broker.MavenJars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A product's programs as an entry of the cache, unpacked once from a jar that Maven fetches. */
record Programs(String product, String version, List<String> coordinates) {

    /** Puts the programs into an empty directory. */
    interface Unpacking {
        /** Unpacks the first jar; the others are what it takes to do so. */
        void unpack(Path jar, List<Path> others, Path directory) throws IOException, InterruptedException;
    }

    Programs {
        coordinates = List.copyOf(coordinates);
    }

    /** What the machine is called in the names of jars; for a machine that none is made for, the reason. */
    static String machine(String amd64, String arm64) throws IOException {
        String system = System.getProperty("os.name", "?");
        String processor = System.getProperty("os.arch", "?").toLowerCase(Locale.ROOT);
        if (system.equals("Linux") && (processor.equals("amd64") || processor.equals("x86_64"))) {
            return amd64;
        }
        if (system.equals("Linux") && processor.equals("aarch64") && !arm64.isEmpty()) {
            return arm64;
        }
        throw new IOException("there are no programs for " + system + " on " + processor);
    }

    /** The directory that holds them. */
    Path unpacked(BrokerCache cache, Unpacking unpacking) throws IOException, InterruptedException {
        if (!version.matches("[0-9][A-Za-z0-9.-]*")) {
            throw new IOException("'" + version + "' is not a version of " + product);
        }
        String entry = product.toLowerCase(Locale.ROOT) + "-" + version;
        return cache.entry(entry, directory -> {
            Path jars = Files.createTempDirectory("eventbus-programs-");
            try {
                MavenJars.copy(product + " " + version, coordinates, jars);
                List<Path> others = new ArrayList<>();
                Path jar = null;
                for (Path each : list(jars)) {
                    if (each.getFileName()
                            .toString()
                            .startsWith(coordinates.get(0).split(":", -1)[1])) {
                        jar = each;
                    } else {
                        others.add(each);
                    }
                }
                if (jar == null) {
                    throw new IOException("mvn fetched no " + coordinates.get(0));
                }
                unpacking.unpack(jar, others, directory);
            } finally {
                Directories.delete(jars);
            }
        });
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
