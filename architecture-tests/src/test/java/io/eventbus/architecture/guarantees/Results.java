package io.eventbus.architecture.guarantees;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The reports that the contract kit left in the modules of this build, one file an adapter and broker version, with and without faults. */
final class Results {

    private static final int COLUMNS = 7;
    /** What the report of the faults says beyond that: duplicates, their bound and what was measured. */
    private static final int MEASURED = 3;

    private Results() {}

    /** All of them; empty in a build that ran no integration test. */
    static List<Result> under(Path root) {
        try (Stream<Path> files = Files.walk(root, 4)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".csv") && isReport(file.getParent()))
                    .sorted()
                    .flatMap(Results::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the contract reports under " + root, e);
        }
    }

    private static boolean isReport(Path directory) {
        return directory.endsWith(Path.of("target", "contract")) || directory.endsWith(Path.of("target", "faults"));
    }

    private static Stream<Result> read(Path file) {
        try {
            return Files.readAllLines(file).stream().skip(1).map(line -> parse(file, line));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Result parse(Path file, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS && cells.length != COLUMNS + MEASURED) {
            throw new IllegalStateException(file + ": not a line of a contract report: " + line);
        }
        return new Result(cells[0], cells[1], cells[2], cells[3], cells[5], cells[6]);
    }
}
