package io.eventbus.nats;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of JetStream's own that the server lately refused to let this connection publish to. The server answers such a publish
 * with an error that names the subject and nothing else, so whoever waits for an answer looks here why there is none.
 *
 * <p>Concurrency: the client's events write, any thread reads.
 */
final class Denials {

    private static final String JETSTREAM = "$JS.";
    private static final String ACKNOWLEDGEMENTS = "$JS.ACK.";
    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST = 1_000;

    private final Map<String, Long> denied = new ConcurrentHashMap<>();

    /** Notes a refusal; whether it is the first of its kind for a while. */
    boolean add(String subject) {
        long now = System.nanoTime();
        if (denied.size() >= MOST) {
            denied.values().removeIf(at -> now - at > LATELY_NANOS);
        }
        if (denied.size() >= MOST) {
            return true;
        }
        Long before = denied.put(kind(subject), now);
        return before == null || now - before > LATELY_NANOS;
    }

    /** A subject of JetStream's own about the stream that was refused since then; null if none was. */
    @Nullable
    String since(long nanos, String stream) {
        for (Map.Entry<String, Long> entry : denied.entrySet()) {
            String subject = entry.getKey();
            boolean about = (subject + ".").contains("." + stream + ".");
            if (subject.startsWith(JETSTREAM) && about && entry.getValue() - nanos >= 0) {
                return subject;
            }
        }
        return null;
    }

    /** Every acknowledgement has a subject of its own: what comes after stream and consumer does not count. */
    private static String kind(String subject) {
        if (!subject.startsWith(ACKNOWLEDGEMENTS)) {
            return subject;
        }
        String[] parts = subject.split("\\.", 5);
        return parts.length < 5 ? subject : String.join(".", parts[0], parts[1], parts[2], parts[3], ">");
    }
}
