package io.eventbus.testkit.broker;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A way to run the machine's own programs. */
public final class Commands {

    /** What a program answered: its exit status and everything it wrote to both streams. */
    public record Answer(int status, String output) {
        /** The last lines, enough to see why it failed. */
        public String tail() {
            List<String> lines = output.strip().lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        }
    }

    private Commands() {}

    /** The program of that name on the PATH. */
    static Optional<Path> onPath(String program) {
        String path = System.getenv("PATH");
        for (String directory : path == null ? new String[0] : path.split(File.pathSeparator, -1)) {
            if (!directory.isBlank()) {
                Path candidate = Path.of(directory, program);
                if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                    return Optional.of(candidate.toAbsolutePath());
                }
            }
        }
        return Optional.empty();
    }

    /** The command in a session of its own where that can be had, so that Ctrl-C in a terminal does not reach it. */
    static List<String> ownSession(String... command) {
        List<String> words = new ArrayList<>();
        onPath("setsid").ifPresent(setsid -> words.add(setsid.toString()));
        words.addAll(List.of(command));
        return words;
    }

    /**
     * Runs a program to its end.
     *
     * @throws IOException if it cannot be run or has not ended in time; it is killed then
     */
    public static Answer run(Path directory, List<String> command, long timeoutSeconds)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("eventbus-command-", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                    throw new IOException(command.get(0) + " did not end within " + timeoutSeconds + " s:\n"
                            + new Answer(-1, Files.readString(output, StandardCharsets.ISO_8859_1)).tail());
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Answer(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
