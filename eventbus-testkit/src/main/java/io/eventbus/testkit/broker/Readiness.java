package io.eventbus.testkit.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** A wait for a broker that was just started: it is asked until it answers, has ended, or time is up. */
public final class Readiness {

    /** One question to the broker; throws while it is not ready. */
    public interface Question<T> {
        /** The answer of one that is ready. */
        T ask() throws IOException;
    }

    private static final long PAUSE_MILLIS = 40;

    private Readiness() {}

    /**
     * Asks until there is an answer, and returns it.
     *
     * @throws StartFailedException if the broker has ended or time is up
     */
    public static <T> T await(String name, RunningBroker broker, Duration patience, Question<T> question) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            IOException refusal;
            try {
                return question.ask();
            } catch (IOException e) {
                refusal = e;
            }
            if (!broker.isAliveAfter(PAUSE_MILLIS)) {
                throw new StartFailedException(
                        name + " is not running: " + refusal.getMessage() + "\nIts log ends:\n" + broker.log(),
                        refusal);
            }
            if (System.nanoTime() > deadline) {
                throw new StartFailedException(
                        name + " was not ready within " + patience.toSeconds() + " s: " + refusal.getMessage()
                                + "\nIts log ends:\n" + broker.log(),
                        refusal);
            }
        }
    }

    /** A broker that ran and did not become ready; the message ends with its log. */
    public static final class StartFailedException extends IllegalStateException {

        StartFailedException(String message, Throwable cause) {
            super(message, cause);
        }

        /** Whether another program had taken the port meanwhile. */
        public boolean isPortTaken() {
            String text = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
            return text.contains("address already in use");
        }
    }
}
