package io.eventbus.examples.demo;

import java.util.List;

/**
 * The events of a run, in the order in which they are published.
 *
 * @param events all events
 * @param topics how many topics they are spread over
 * @param aggregates how many aggregates they belong to
 * @param skippedLines malformed lines of the input that were left out
 */
record Workload(List<DemoEvent> events, int topics, int aggregates, int skippedLines) {}
