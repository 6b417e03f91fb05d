package io.eventbus.api;

/** The one outcome of one publish. */
public sealed interface PublishResult {

    /** Where the event was to go. */
    Topic topic();

    /** The event's id. */
    String eventId();

    /**
     * The broker stored the event durably (or had stored it before).
     *
     * @param receipt what the broker said
     */
    record Acknowledged(PublishReceipt receipt) implements PublishResult {
        @Override
        public Topic topic() {
            return receipt.topic();
        }

        @Override
        public String eventId() {
            return receipt.eventId();
        }
    }

    /**
     * The event was not acknowledged within its delivery time-out, or was refused. After a time-out or a lost connection the broker
     * may still have stored it; publishing again with the same event id is safe.
     *
     * @param topic where the event was to go
     * @param eventId the event's id
     * @param error what happened and what to do
     */
    record Failed(Topic topic, String eventId, EventBusException error) implements PublishResult {

        /** Whether publishing the same event again may succeed without any change to it or to the set-up. */
        public boolean retriable() {
            return error.retriable();
        }
    }
}
