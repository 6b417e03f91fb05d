package io.eventbus.kafka;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** What Kafka's errors mean in the bus's terms. Pure functions. */
final class KafkaErrors {

    private KafkaErrors() {}

    /** Why a publish failed. */
    static Reason reasonOf(Throwable error) {
        if (error instanceof RecordTooLargeException || error instanceof RecordBatchTooLargeException) {
            return Reason.TOO_LARGE;
        }
        if (refusalIn(error) != null) {
            return Reason.UNAUTHORIZED;
        }
        if (isUnknownTopic(error) || error instanceof InvalidTopicException) {
            return Reason.TOPIC_MISSING;
        }
        if (error instanceof BufferExhaustedException) {
            return Reason.UNAVAILABLE;
        }
        if (error instanceof TimeoutException) {
            return Reason.TIMEOUT;
        }
        if (error instanceof NetworkException
                || error instanceof DisconnectException
                || error instanceof BootstrapResolutionException) {
            return Reason.DISCONNECTED;
        }
        if (error instanceof RetriableException || isFatalToProducer(error) || !isBrokerAnswer(error)) {
            return Reason.UNAVAILABLE;
        }
        return Reason.REJECTED;
    }

    /** Whether a producer that reported this can never send again. */
    static boolean isFatalToProducer(Throwable error) {
        return error instanceof ProducerFencedException
                || error instanceof InvalidProducerEpochException
                || error instanceof InvalidPidMappingException
                || error instanceof OutOfOrderSequenceException
                || error instanceof UnknownProducerIdException;
    }

    /** The broker's refusal in an error or its causes; null if there is none. A producer that was refused says so only in the cause. */
    private static @Nullable KafkaException refusalIn(Throwable error) {
        AuthorizationException notAllowed = causeOf(error, AuthorizationException.class);
        return notAllowed == null ? causeOf(error, AuthenticationException.class) : notAllowed;
    }

    /** Whether the broker refused the credentials or what they ask for. */
    static boolean isRefusal(Throwable error) {
        return error instanceof AuthenticationException || error instanceof AuthorizationException;
    }

    /** A failed publish. */
    static PublishException publish(Reason reason, String what, Throwable error) {
        String way = switch (reason) {
            case TOO_LARGE ->
                "; raise eventbus.kafka.max-message-bytes and the topic's max.message.bytes, or publish less";
            case UNAUTHORIZED -> wayOfRefusal(error);
            case TOPIC_MISSING -> "; make the topic or set eventbus.kafka.topology to create";
            case TIMEOUT, DISCONNECTED -> "; the broker may still have stored it, publish again with the same id";
            case UNAVAILABLE -> "; publish again";
            case REJECTED, NOT_ENCODABLE, WINDOW_FULL -> "";
        };
        return new PublishException(reason, what + " failed: " + text(error) + way, error);
    }

    private static String wayOfRefusal(Throwable error) {
        KafkaException refusal = refusalIn(error);
        if (refusal instanceof MissingPermission) {
            return "";
        }
        return refusal instanceof AuthenticationException
                ? wayOfCredentials(refusal)
                : "; the user needs WRITE and DESCRIBE on the topic (docs/kafka.md, permissions)";
    }

    private static String wayOfCredentials(Throwable refusal) {
        return refusal instanceof SslAuthenticationException
                ? "; check eventbus.kafka.truststore and .keystore, that the certificates are valid and the broker's is for its host"
                : "; check eventbus.kafka.username, password, sasl-mechanism, truststore and the user's ACLs";
    }

    /** An error of connecting or of administration. */
    static EventBusException connection(String what, KafkaConfig config, Throwable error) {
        ConfigException wrongSetting = causeOf(error, ConfigException.class);
        if (wrongSetting != null && !String.valueOf(wrongSetting.getMessage()).contains("resolvable")) {
            return new ConfigurationException(NativeProperties.PREFIX + ": " + wrongSetting.getMessage());
        }
        String at = what + " at " + config.bootstrap() + " failed: " + text(error);
        if (isRefusal(error)) {
            return new ConnectionException(at + wayOfCredentials(error), false, error);
        }
        return new ConnectionException(
                at
                        + "; check that the broker runs, eventbus.kafka.bootstrap-servers, and that eventbus.kafka.security-protocol "
                        + config.security().protocol() + " is that of the listener",
                true,
                error);
    }

    /** An error of making a topic ready for sending. */
    static EventBusException opening(Topic topic, KafkaConfig config, KafkaException error) {
        String what = "opening " + topic;
        if (error instanceof AuthorizationException) {
            return publish(Reason.UNAUTHORIZED, what, error);
        }
        if (error instanceof UnknownTopicOrPartitionException) {
            return publish(Reason.TOPIC_MISSING, what, error);
        }
        return isPassing(error)
                ? connection(what, config, error)
                : new TopologyException(what + " failed: " + text(error), error);
    }

    /** An error of starting a subscription. */
    static EventBusException subscribing(String what, KafkaConfig config, KafkaException error) {
        if (error instanceof AuthorizationException) {
            return subscription(what, config, error);
        }
        return isPassing(error) && !(error instanceof UnknownTopicOrPartitionException)
                ? connection(what, config, error)
                : new TopologyException(
                        what + " failed: " + text(error) + "; make the topic or set eventbus.kafka.topology to create",
                        error);
    }

    /** An error of a running subscription: whether it passes is seen by trying on. */
    static EventBusException subscription(String what, KafkaConfig config, Throwable error) {
        if (error instanceof EventBusException own) {
            return own;
        }
        if (error instanceof AuthorizationException refusal) {
            String way = refusal instanceof MissingPermission
                    ? ""
                    : "; the user needs " + MissingPermission.ofReading(refusal) + " (docs/kafka.md, permissions)";
            return new SubscriptionException(what + " is not allowed: " + text(error) + way, error);
        }
        if (error instanceof RetriableException || error instanceof AuthenticationException) {
            return connection(what, config, error);
        }
        return new SubscriptionException(what + " is disturbed and tries again: " + text(error), error);
    }

    /** Also when the client waited in vain for the metadata of a topic of which the broker said that there is none. */
    private static boolean isUnknownTopic(Throwable error) {
        return error instanceof UnknownTopicOrPartitionException
                || (error instanceof TimeoutException && error.getCause() instanceof UnknownTopicOrPartitionException);
    }

    private static boolean isPassing(KafkaException error) {
        return error instanceof RetriableException
                || error instanceof AuthenticationException
                || !isBrokerAnswer(error);
    }

    private static boolean isBrokerAnswer(Throwable error) {
        return error instanceof ApiException;
    }

    private static String text(Throwable error) {
        String message = error.getMessage();
        if (error instanceof MissingPermission) {
            return String.valueOf(message);
        }
        String text = error.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        Throwable cause = error instanceof SslAuthenticationException ? rootOf(error) : error.getCause();
        boolean tells = cause instanceof KafkaException || error instanceof SslAuthenticationException;
        return cause != null && tells && !text.contains(String.valueOf(cause.getMessage()))
                ? text + " (" + cause.getMessage() + ")"
                : text;
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static <T extends Throwable> @Nullable T causeOf(Throwable error, Class<T> type) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
