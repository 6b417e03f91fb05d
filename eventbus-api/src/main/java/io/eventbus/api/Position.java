package io.eventbus.api;

/**
 * A place in a broker's log. Within one log and partition a higher offset was stored later; offsets may have gaps.
 *
 * @param log the name of the log: a JetStream stream, a Kafka topic
 * @param partition the partition, counted from 0; 0 where the broker has none
 * @param offset the place: a stream sequence, a Kafka offset
 */
public record Position(String log, int partition, long offset) {

    @Override
    public String toString() {
        return log + "/" + partition + "@" + offset;
    }
}
