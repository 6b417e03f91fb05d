package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotingPublisherTest {

    private static final Topic ORDERS = Topic.of("orders");

    private final List<String> seen = new ArrayList<>();
    private final FailingPublisher bus = new FailingPublisher();
    private final NotingPublisher publisher = new NotingPublisher(bus, result -> seen.add("noted " + result.eventId()));

    @Test
    void anOutcomeIsNotedBeforeItIsPassedOn() {
        publisher.publish(ORDERS, event("a"), result -> seen.add("told " + result.eventId()));
        assertThat(seen).containsExactly("noted a", "told a");
    }

    @Test
    void aBatchIsNotedOnceBeforeItIsPassedOnAndTheBusSeesItsOwnCallback() {
        PublishCallback done =
                publisher.batching(results -> results.forEach(each -> seen.add("told " + each.eventId())));
        publisher.publish(ORDERS, event("a"), done);
        assertThat(seen).containsExactly("noted a", "told a");
        assertThat(bus.last).isSameAs(done);
    }

    private static Envelope event(String id) {
        return Envelope.builder("T").eventId(id).build();
    }

    /** A bus that fails at once. */
    private static final class FailingPublisher implements EventPublisher {
        private PublishCallback last = result -> {};

        @Override
        public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
            last = done;
            done.onResult(new PublishResult.Failed(
                    topic,
                    envelope.eventId(),
                    new PublishException(PublishException.Reason.REJECTED, "refused", null)));
        }

        @Override
        public PublishCallback batching(PublishResults results) {
            return result -> results.onResults(List.of(result));
        }
    }
}
