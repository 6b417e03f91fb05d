package io.eventbus.examples.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

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
        @JsonProperty("peak_threads") int peakThreads,
        @JsonProperty("heap_mb_after_gc") long heapMbAfterGc,
        @JsonProperty("ledger") String ledger) {

    /** From the publish call to the end of the handler, in milliseconds. */
    record Latency(
            @JsonProperty("p50") double p50,
            @JsonProperty("p99") double p99,
            @JsonProperty("p999") double p999) {}

    boolean exact() {
        return ledger.equals("exact");
    }
}
