package io.eventbus.examples.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/** The result of a run on one broker, as it stands in the JSON and in the table. */
@JsonPropertyOrder({
    "broker",
    "broker_version",
    "events",
    "aggregates",
    "topics",
    "acknowledged",
    "publish_failed",
    "handled",
    "retried",
    "dead_lettered",
    "duplicates",
    "gaps",
    "reordered",
    "overlapped",
    "throughput_per_s",
    "latency_ms",
    "outbox",
    "peak_threads",
    "heap_mb_after_gc",
    "ledger"
})
record DemoReport(
        @JsonProperty("broker") String broker,
        @JsonProperty("broker_version") String brokerVersion,
        @JsonProperty("events") int events,
        @JsonProperty("aggregates") int aggregates,
        @JsonProperty("topics") int topics,
        @JsonProperty("acknowledged") int acknowledged,
        @JsonProperty("publish_failed") int publishFailed,
        @JsonProperty("handled") int handled,
        @JsonProperty("retried") long retried,
        @JsonProperty("dead_lettered") long deadLettered,
        @JsonProperty("duplicates") int duplicates,
        @JsonProperty("gaps") int gaps,
        @JsonProperty("reordered") int reordered,
        @JsonProperty("overlapped") int overlapped,
        @JsonProperty("throughput_per_s") long throughputPerSecond,
        @JsonProperty("latency_ms") Latency latency,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("outbox") @Nullable
        Outbox outbox,

        @JsonProperty("peak_threads") int peakThreads,
        @JsonProperty("heap_mb_after_gc") long heapMbAfterGc,
        @JsonProperty("ledger") String ledger) {

    /** From the publish call, or with an outbox from the return of the commit, to the end of the handler, in milliseconds. */
    record Latency(
            @JsonProperty("p50") double p50,
            @JsonProperty("p99") double p99,
            @JsonProperty("p999") double p999) {}

    /**
     * What the outbox did.
     *
     * @param committed committed events
     * @param rolledBack events of the transactions that were rolled back
     * @param relayed events of which the relay told the database that the broker has them
     * @param dead events that the relay gave up
     */
    record Outbox(
            @JsonProperty("db") String database,
            @JsonProperty("db_version") String databaseVersion,
            @JsonProperty("committed") int committed,
            @JsonProperty("rolled_back") int rolledBack,
            @JsonProperty("relayed") long relayed,
            @JsonProperty("dead") long dead,
            @JsonProperty("commit_to_ack_ms") CommitToAck commitToAck) {}

    /** From the return of the commit to the broker's acknowledgement, in milliseconds. */
    record CommitToAck(
            @JsonProperty("p50") double p50,
            @JsonProperty("p99") double p99) {}

    /** A figure as the report shows it. */
    static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }

    boolean exact() {
        return ledger.equals(Ledger.EXACT);
    }
}
