package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class KafkaErrorsTest {

    private static final KafkaConfig CONFIG =
            KafkaConfig.builder().bootstrapServers("somewhere:1").build();

    static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(new RecordTooLargeException("x"), Reason.TOO_LARGE),
                Arguments.of(new TopicAuthorizationException("x"), Reason.UNAUTHORIZED),
                Arguments.of(new ClusterAuthorizationException("x"), Reason.UNAUTHORIZED),
                Arguments.of(new SaslAuthenticationException("x"), Reason.UNAUTHORIZED),
                Arguments.of(new UnknownTopicOrPartitionException("x"), Reason.TOPIC_MISSING),
                Arguments.of(new InvalidTopicException("x"), Reason.TOPIC_MISSING),
                Arguments.of(new TimeoutException("x"), Reason.TIMEOUT),
                Arguments.of(
                        new TimeoutException("x", new UnknownTopicOrPartitionException("y")), Reason.TOPIC_MISSING),
                Arguments.of(new TimeoutException("x", new LeaderNotAvailableException("y")), Reason.TIMEOUT),
                Arguments.of(new BufferExhaustedException("x"), Reason.UNAVAILABLE),
                Arguments.of(new NetworkException("x"), Reason.DISCONNECTED),
                Arguments.of(new NotEnoughReplicasException("x"), Reason.UNAVAILABLE),
                Arguments.of(new ProducerFencedException("x"), Reason.UNAVAILABLE),
                Arguments.of(new OutOfOrderSequenceException("x"), Reason.UNAVAILABLE),
                Arguments.of(new KafkaException("x"), Reason.UNAVAILABLE),
                Arguments.of(new PolicyViolationException("x"), Reason.REJECTED));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void tellsWhyAPublishFailed(Throwable error, Reason reason) {
        assertThat(KafkaErrors.reasonOf(error)).isEqualTo(reason);
        PublishException failure = KafkaErrors.publish(reason, "publishing e1 to orders", error);
        assertThat(failure)
                .hasMessageContaining("publishing e1 to orders")
                .hasCause(error)
                .returns(reason.retriable(), EventBusException::retriable);
    }

    @Test
    void tellsABrokerThatCannotBeReachedFromOneThatRefuses() {
        assertThat(KafkaErrors.connection("connecting", CONFIG, new TimeoutException("x")))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("somewhere:1")
                .hasMessageContaining("eventbus.kafka.bootstrap-servers")
                .returns(true, EventBusException::retriable);
        assertThat(KafkaErrors.connection("connecting", CONFIG, new SaslAuthenticationException("x")))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("password")
                .returns(false, EventBusException::retriable);
    }

    @Test
    void tellsAWrongNativeValue() {
        KafkaException error = new KafkaException("no", new ConfigException("fetch.min.bytes", "x", "not a number"));
        assertThat(KafkaErrors.connection("connecting", CONFIG, error))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("fetch.min.bytes");
    }

    @Test
    void tellsWhyATopicCannotBeOpened() {
        Topic topic = Topic.of("orders");
        assertThat(KafkaErrors.opening(topic, CONFIG, new TopicAuthorizationException("x")))
                .isInstanceOf(PublishException.class)
                .returns(false, EventBusException::retriable);
        assertThat(KafkaErrors.opening(topic, CONFIG, new UnknownTopicOrPartitionException("x")))
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOPIC_MISSING));
        assertThat(KafkaErrors.opening(topic, CONFIG, new InvalidReplicationFactorException("x")))
                .isInstanceOf(TopologyException.class);
        assertThat(KafkaErrors.opening(topic, CONFIG, new TimeoutException("x")))
                .isInstanceOf(ConnectionException.class);
    }

    @Test
    void tellsWhatDisturbsASubscription() {
        assertThat(KafkaErrors.subscription("subscription g@t", CONFIG, new TopicAuthorizationException("x")))
                .isInstanceOf(SubscriptionException.class)
                .hasMessageContaining("READ");
        assertThat(KafkaErrors.subscription("subscription g@t", CONFIG, new TimeoutException("x")))
                .isInstanceOf(ConnectionException.class);
        assertThat(KafkaErrors.subscribing("subscribing g@t", CONFIG, new UnknownTopicOrPartitionException("x")))
                .isInstanceOf(TopologyException.class);
    }

    @Test
    void tellsWhatKeepsASubscriptionFromStarting() {
        assertThat(KafkaErrors.subscribing("subscribing g@t", CONFIG, new TopicAuthorizationException(Set.of("t"))))
                .isInstanceOf(SubscriptionException.class)
                .hasMessageContaining("READ and DESCRIBE on [t]");
        assertThat(KafkaErrors.subscribing("subscribing g@t", CONFIG, new TopicAuthorizationException("x")))
                .isInstanceOf(SubscriptionException.class)
                .hasMessageContaining("READ on the topic");
        assertThat(KafkaErrors.subscribing("subscribing g@t", CONFIG, new TimeoutException("slow")))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("TimeoutException: slow");
        ConnectionException own = new ConnectionException("own", true, null);
        assertThat(KafkaErrors.subscription("subscription g@t", CONFIG, own)).isSameAs(own);
        assertThat(KafkaErrors.subscription("subscription g@t", CONFIG, new IllegalStateException("odd")))
                .isInstanceOf(SubscriptionException.class)
                .hasMessageContaining("IllegalStateException: odd");
        assertThat(KafkaErrors.subscription(
                        "subscription g@t", CONFIG, new TimeoutException("outer", new TimeoutException("inner"))))
                .hasMessageContaining("outer (inner)");
        assertThat(KafkaErrors.subscription(
                        "subscription g@t", CONFIG, new TimeoutException("said inner", new TimeoutException("inner"))))
                .hasMessageNotContaining("(inner)");
    }
}
