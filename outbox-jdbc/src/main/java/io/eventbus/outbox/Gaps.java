package io.eventbus.outbox;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the log that are missing below a place that was reached: taken by transactions that were open when it was passed, or that were rolled back. Kept as
 * ranges, each with the mark under which it was first missed.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread.
 */
final class Gaps {

    /** The mark of a range that has not got one yet. */
    static final long UNMARKED = Long.MAX_VALUE;

    private final NavigableMap<Long, Range> ranges = new TreeMap<>();

    /**
     * Numbers in turn that are missing.
     *
     * @param first the first one
     * @param last the last one
     * @param mark what a proof that they will never appear starts from; its meaning is up to the dialect
     */
    record Range(long first, long last, long mark) {

        long size() {
            return last - first + 1;
        }
    }

    /** Notes that these are missing, none of which is noted; nothing if {@code first} lies above {@code last}. */
    void add(long first, long last, long mark) {
        if (first <= last) {
            ranges.put(first, new Range(first, last, mark));
        }
    }

    /** Notes what is missing of these and not noted yet, number by number or range by range, not marked. */
    void include(long first, long last) {
        long from = first;
        Map.Entry<Long, Range> before = ranges.floorEntry(first);
        if (before != null && before.getValue().last >= first) {
            from = before.getValue().last + 1;
        }
        for (Range known : List.copyOf(ranges.tailMap(from, true).values())) {
            if (known.first > last) {
                break;
            }
            add(from, known.first - 1, UNMARKED);
            from = known.last + 1;
        }
        add(from, last, UNMARKED);
    }

    /** The number is there after all, or never will be; whether it was missing. */
    boolean close(long number) {
        Range range = rangeOf(number);
        if (range == null) {
            return false;
        }
        ranges.remove(range.first);
        add(range.first, number - 1, range.mark);
        add(number + 1, range.last, range.mark);
        return true;
    }

    /** None of these is missing any more. */
    void close(long first, long last) {
        Range before = rangeOf(first);
        if (before != null) {
            ranges.remove(before.first);
            add(before.first, first - 1, before.mark);
            add(first, before.last, before.mark);
        }
        Iterator<Range> inside = ranges.tailMap(first, true).values().iterator();
        Range rest = null;
        while (inside.hasNext()) {
            Range range = inside.next();
            if (range.first > last) {
                break;
            }
            inside.remove();
            rest = range;
        }
        if (rest != null) {
            add(last + 1, rest.last, rest.mark);
        }
    }

    boolean contains(long number) {
        return rangeOf(number) != null;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** How many ranges there are. */
    int size() {
        return ranges.size();
    }

    /** All of them, ascending. */
    List<Range> all() {
        return List.copyOf(ranges.values());
    }

    /** Marks what is not marked. */
    void mark(long mark) {
        ranges.replaceAll((first, range) -> range.mark == UNMARKED ? new Range(first, range.last, mark) : range);
    }

    /** The lowest missing number; {@code otherwise} if none is. */
    long lowest(long otherwise) {
        return ranges.isEmpty() ? otherwise : ranges.firstKey();
    }

    /** A copy of those up to a number. */
    Gaps through(long number) {
        Gaps copy = new Gaps();
        for (Range range : ranges.headMap(number, true).values()) {
            copy.add(range.first, Math.min(range.last, number), range.mark);
        }
        return copy;
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

    private @Nullable Range rangeOf(long number) {
        Map.Entry<Long, Range> entry = ranges.floorEntry(number);
        return entry == null || entry.getValue().last < number ? null : entry.getValue();
    }
}
