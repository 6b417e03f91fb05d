package io.eventbus.examples.demo;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A workload of orders made up from a seed: the same numbers give the same events. */
final class SyntheticWorkload {

    private static final String[] TYPES = {"OrderPlaced", "OrderPaid", "OrderPacked", "OrderShipped", "OrderDelivered"};
    private static final String FILLING = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 ";

    private SyntheticWorkload() {}

    static Workload of(int events, int topics, int aggregates, int payloadBytes, long seed) {
        Random random = new Random(seed);
        Instant start = Instant.now();
        int[] sequences = new int[aggregates];
        List<DemoEvent> all = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            // Every aggregate gets at least one event, then they come interleaved at random.
            int aggregate = i < aggregates ? i : random.nextInt(aggregates);
            int sequence = ++sequences[aggregate];
            all.add(new DemoEvent(
                    aggregate % topics,
                    aggregate,
                    sequence,
                    "order-" + aggregate,
                    TYPES[(sequence - 1) % TYPES.length],
                    sequence,
                    start.plusNanos(i * 1_000L),
                    payload(aggregate, sequence, payloadBytes, random)));
        }
        return new Workload(all, topics, aggregates, 0);
    }

    private static byte[] payload(int aggregate, int sequence, int bytes, Random random) {
        StringBuilder json = new StringBuilder(Math.max(64, bytes));
        json.append("{\"order\":")
                .append(aggregate)
                .append(",\"line\":")
                .append(sequence)
                .append(",\"note\":\"");
        while (json.length() < bytes - 2) {
            json.append(FILLING.charAt(random.nextInt(FILLING.length())));
        }
        return json.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
    }
}
