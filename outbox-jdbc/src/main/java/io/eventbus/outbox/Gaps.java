package io.eventbus.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers below the read place that were not there when it was passed: taken by transactions that were still open then, or rolled back. Kept as ranges.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread.
 */
final class Gaps {

    /** From the first number of a range to its last one. */
    private final TreeMap<Long, Range> ranges = new TreeMap<>();

    /**
     * Numbers in turn that are missing.
     *
     * @param first the first one
     * @param last the last one
     * @param since when they were first missed, {@link System#nanoTime()}
     */
    record Range(long first, long last, long since) {

        long size() {
            return last - first + 1;
        }
    }

    /** Notes that these are missing; they lie above all that are known, or were never noted. */
    void add(long first, long last, long since) {
        if (first <= last) {
            ranges.put(first, new Range(first, last, since));
        }
    }

    /** The number is there after all, or never will be; whether it was missing. */
    boolean close(long number) {
        Map.Entry<Long, Range> entry = ranges.floorEntry(number);
        if (entry == null || entry.getValue().last < number) {
            return false;
        }
        Range range = entry.getValue();
        ranges.remove(range.first);
        add(range.first, number - 1, range.since);
        add(number + 1, range.last, range.since);
        return true;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** All of them, ascending. */
    List<Range> all() {
        return List.copyOf(ranges.values());
    }

    /** Those missed before a moment, ascending. */
    List<Range> before(long moment) {
        return ranges.values().stream()
                .filter(range -> range.since - moment < 0)
                .toList();
    }

    /** The lowest missing number; {@code otherwise} if none is. */
    long lowest(long otherwise) {
        return ranges.isEmpty() ? otherwise : ranges.firstKey();
    }

    /** The text {@code 3,5-9,12}; empty if there is none. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Range range : ranges.values()) {
            text.append(text.isEmpty() ? "" : ",").append(range.first);
            if (range.last > range.first) {
                text.append('-').append(range.last);
            }
        }
        return text.toString();
    }

    /** What {@link #toString} wrote, missed since now. */
    static Gaps parse(String text, long now) {
        Gaps gaps = new Gaps();
        if (text.isEmpty()) {
            return gaps;
        }
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            try {
                long first = Long.parseLong(dash < 0 ? part : part.substring(0, dash));
                gaps.add(first, dash < 0 ? first : Long.parseLong(part.substring(dash + 1)), now);
            } catch (NumberFormatException e) {
                throw new MalformedRowException("the position of a shard has gaps that cannot be read");
            }
        }
        return gaps;
    }

    /** These and more. */
    void addAll(Gaps others) {
        for (Range range : new ArrayList<>(others.ranges.values())) {
            for (long number = range.first; number <= range.last; number++) {
                close(number);
            }
            add(range.first, range.last, range.since);
        }
    }
}
