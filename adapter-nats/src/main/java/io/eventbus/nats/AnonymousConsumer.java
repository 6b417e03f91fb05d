package io.eventbus.nats;

import io.eventbus.api.spi.ConsumerSpec;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the consumer of an anonymous subscription: the one consumer that the bus deletes. A consumer of a group is never deleted.
 *
 * <p>It is a durable with an inactivity limit rather than one of the server's ephemerals, so that it survives a restart of the server and a
 * connection that is lost for a while; the server removes what a dead process left behind.
 */
final class AnonymousConsumer {

    /** How long the server keeps it while nobody asks it for messages. Longer than any outage that is worth surviving. */
    static final Duration KEPT = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(AnonymousConsumer.class);
    private static final int CONSUMER_NOT_FOUND = 10014;
    private static final Duration LEAST = Duration.ofMillis(200);

    private AnonymousConsumer() {}

    /**
     * Deletes it. What fails is left to the server.
     *
     * @param timeout the most time to wait for the server's answer; a little more if there is hardly any
     */
    static void delete(NatsConnection connection, ConsumerSpec spec, String stream, Duration timeout) {
        if (!spec.anonymous()) {
            throw new IllegalArgumentException("the consumer of " + spec + " is of a durable group");
        }
        String name = Durable.nameFor(spec);
        try {
            JetStreamOptions options = JetStreamOptions.builder()
                    .requestTimeout(timeout.compareTo(LEAST) < 0 ? LEAST : timeout)
                    .build();
            boolean deleted = connection.client().jetStreamManagement(options).deleteConsumer(stream, name);
            LOG.debug("consumer {} on stream {} deleted: {}", name, stream, deleted);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != CONSUMER_NOT_FOUND) {
                notDeleted(name, stream, e);
            }
        } catch (IOException | IllegalStateException e) {
            notDeleted(name, stream, e);
        }
    }

    private static void notDeleted(String name, String stream, Exception why) {
        LOG.info("consumer {} on stream {} could not be deleted; the server does it after {}", name, stream, KEPT, why);
    }
}
