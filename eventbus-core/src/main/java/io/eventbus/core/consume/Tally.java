package io.eventbus.core.consume;

import java.util.concurrent.atomic.LongAdder;

/** A subscription's running counts. Concurrency: each count is exact; they are read one after the other. */
final class Tally {
    final LongAdder received = new LongAdder();
    final LongAdder handled = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder deadLettered = new LongAdder();
    final LongAdder givenBack = new LongAdder();
}
