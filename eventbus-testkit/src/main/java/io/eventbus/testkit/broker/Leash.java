package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A small shell process that ends a broker when this JVM dies, however it dies. It reads a pipe that only this JVM holds open:
 * at end of file it kills the process it was told of (by id) with its children and removes the fixture's directory. Unlike a shutdown
 * hook this also works after SIGKILL, and it lets the application's own hooks finish their work on a broker that is still
 * there.
 *
 * <p>Concurrency: confined to the lock of the process it belongs to.
 */
public final class Leash {

    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pid=
            while read -r word value; do
              case $word in
                hold) pid=$value ;;
                drop) pid= ;;
                done) exit 0 ;;
              esac
            done
            if [ -n "$pid" ]; then
              children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
              kill -9 "$pid" $children 2>/dev/null
              for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
            fi
            [ -n "$1" ] || exit 0
            for i in 1 2 3 4 5; do rm -rf -- "$1" && break; sleep 0.2; done
            """;

    private final Process shell;
    private final OutputStream pipe;

    /** A leash that holds nothing yet; {@code directory} is removed with the JVM, null keeps everything. */
    public Leash(@Nullable Path directory) throws IOException {
        String doomed = directory == null ? "" : directory.toString();
        this.shell = new ProcessBuilder(Commands.ownSession("sh", "-c", SCRIPT, "leash", doomed))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        this.pipe = shell.getOutputStream();
    }

    void hold(long pid) {
        tell("hold " + pid);
    }

    void drop() {
        tell("drop");
    }

    /** Ends the leash; what it held stays as it is. */
    public void done() {
        tell("done");
        try {
            pipe.close();
        } catch (IOException e) {
            shell.destroyForcibly();
        }
    }

    private void tell(String line) {
        try {
            pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("The shell that guards a broker process is gone", e);
        }
    }
}
