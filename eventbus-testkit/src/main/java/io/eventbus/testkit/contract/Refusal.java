package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.Capability;
import io.eventbus.api.Envelope;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Topic;
import io.eventbus.api.UnsupportedCapabilityException;
import org.assertj.core.api.InstanceOfAssertFactories;

/** What an adapter without a capability must show instead of the behaviour: a refusal at start, or the declared absence. */
final class Refusal {

    private final Scenario scenario;

    Refusal(Scenario scenario) {
        this.scenario = scenario;
    }

    void check(Capability missing) {
        switch (missing) {
            case SHARED_ORDERED_GROUP -> secondOrderedSubscriptionIsRefused();
            case PUBLISH_DEDUPLICATION -> duplicateIsStoredTwice();
            case WILDCARD -> patternIsRefused();
            case DELIVERY_COUNT, PIPELINED_KEY_ORDER, NATIVE_COMPRESSION, SEEK -> notDeclared(missing);
        }
    }

    private void secondOrderedSubscriptionIsRefused() {
        Node node = scenario.connect();
        node.subscribe(scenario.spec());
        assertThatThrownBy(() -> node.subscribe(scenario.spec()))
                .asInstanceOf(InstanceOfAssertFactories.type(UnsupportedCapabilityException.class))
                .satisfies(refusal -> {
                    assertThat(refusal.capability()).isEqualTo(Capability.SHARED_ORDERED_GROUP);
                    assertThat(refusal.retriable()).isFalse();
                    assertThat(refusal.getMessage())
                            .as("code, adapter, setting and way out")
                            .contains(
                                    Capability.SHARED_ORDERED_GROUP.name(),
                                    scenario.broker().name(),
                                    "asks for it;");
                });
    }

    /** There is no call that asks for it: the adapter must not declare it, and the second copy keeps the event id. */
    private void duplicateIsStoredTwice() {
        notDeclared(Capability.PUBLISH_DEDUPLICATION);
        Node node = scenario.connect();
        Envelope event = scenario.event("twice");
        node.publish(event);
        node.publish(event);
        scenario.awaitAcknowledged();
        node.subscribe(scenario.spec());
        scenario.await(
                "both copies are handled",
                () -> scenario.reading().handlings(event.eventId()).size() == 2);
        scenario.allowDuplicates(1);
    }

    /** There are no patterns in the api yet: on every adapter they are illegal names. */
    private void patternIsRefused() {
        notDeclared(Capability.WILDCARD);
        for (String pattern : new String[] {"a.*", "a.>", "*", ">", "a.?", "a*"}) {
            assertThatThrownBy(() -> Topic.of(pattern))
                    .as("pattern " + pattern)
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    private void notDeclared(Capability missing) {
        assertThat(scenario.connect().bus().capabilities().has(missing))
                .as("declares " + missing)
                .isFalse();
    }
}
