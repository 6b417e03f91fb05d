package io.eventbus.nats;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.TopologyException;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The administration of JetStream: requests about streams and consumers, whose refusals and silences become errors of the bus.
 *
 * <p>Concurrency: may be used from any thread, which waits for the server.
 */
final class NatsAdmin {

    static final int STREAM_NAME_IN_USE = 10058;
    static final int SUBJECTS_OVERLAP = 10065;

    private static final int STREAM_NOT_FOUND = 10059;
    private static final int CONSUMER_NOT_FOUND = 10014;
    private static final int FILTER_OUTSIDE_STREAM = 10093;
    /** Insufficient resources, memory, storage. */
    private static final Set<Integer> NO_ROOM = Set.of(10023, 10028, 10047);

    private final NatsConnection connection;
    private final Duration requestTimeout;

    NatsAdmin(NatsConnection connection, Duration requestTimeout) {
        this.connection = connection;
        this.requestTimeout = requestTimeout;
    }

    /** As {@link #request(String, String, Duration, Request)}, with the configured time for each request. */
    <T> T request(String what, String stream, Request<T> request) {
        return request(what, stream, requestTimeout, request);
    }

    /**
     * Asks the server.
     *
     * @param what what it is about, for errors
     * @param stream the stream that it is about
     * @param timeout the most time for each request, if it is less than configured
     */
    <T> T request(String what, String stream, Duration timeout, Request<T> request) {
        Duration each = timeout.compareTo(requestTimeout) < 0 ? timeout : requestTimeout;
        long began = System.nanoTime();
        try {
            return request.with(connection
                    .client()
                    .jetStreamManagement(
                            JetStreamOptions.builder().requestTimeout(each).build()));
        } catch (EventBusException e) {
            throw e;
        } catch (JetStreamApiException e) {
            throw refused(what, e);
        } catch (IOException | RuntimeException e) {
            throw unanswered(what, each, denial(began, stream), e);
        }
    }

    /** The stream, or null if there is none. */
    static @Nullable StreamInfo streamOrNull(JetStreamManagement jetStream, String name)
            throws IOException, JetStreamApiException {
        try {
            return jetStream.getStreamInfo(name);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == STREAM_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** The durable, or null if there is none. */
    static @Nullable ConsumerInfo consumerOrNull(JetStreamManagement jetStream, String stream, String durable)
            throws IOException, JetStreamApiException {
        try {
            return jetStream.getConsumerInfo(stream, durable);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == CONSUMER_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Whether a durable was refused because its stream does not take the topic. */
    static boolean isOutsideStream(TopologyException error) {
        return error.getCause() instanceof JetStreamApiException refusal
                && refusal.getApiErrorCode() == FILTER_OUTSIDE_STREAM;
    }

    /** What keeps answers about a stream from coming, if it is that something is not allowed. */
    private @Nullable String denial(long since, String stream) {
        String refused = connection.refusedForGood();
        String inbox = refused == null ? connection.inboxDenied() : refused;
        String subject = connection.deniedSince(since, stream);
        return inbox != null || subject == null
                ? inbox
                : "the credentials do not allow to publish to " + subject
                        + "; allow it, or choose another eventbus.nats.topology (see docs/nats.md, permissions)";
    }

    private static EventBusException unanswered(String what, Duration waited, @Nullable String denial, Exception e) {
        if (denial != null) {
            return new ConnectionException("JetStream cannot be asked about " + what + ": " + denial, false, e);
        }
        return new ConnectionException(
                "JetStream did not answer about " + what + " within " + waited + ": " + e.getMessage()
                        + "; check that JetStream is enabled, has a leader and that the credentials allow $JS.API.>",
                true,
                e);
    }

    private static EventBusException refused(String what, JetStreamApiException e) {
        if (NO_ROOM.contains(e.getApiErrorCode())) {
            return new TopologyException(
                    what + " does not fit on the server: " + e.getErrorDescription() + " (" + e.getApiErrorCode()
                            + "), which reserves the limits of a stream; lower eventbus.nats.max-bytes or give JetStream more",
                    e);
        }
        if (e.getErrorCode() >= 500) {
            return new ConnectionException(
                    "JetStream cannot answer about " + what + " now: " + e.getErrorDescription() + " ("
                            + e.getApiErrorCode() + ")",
                    true,
                    e);
        }
        return new TopologyException(
                what + " is refused by JetStream: " + e.getErrorDescription() + " (" + e.getApiErrorCode()
                        + "); make it fit or change eventbus.nats.stream and the limits",
                e);
    }

    /** What is asked of the server. */
    interface Request<T> {
        T with(JetStreamManagement jetStream) throws IOException, JetStreamApiException;
    }
}
