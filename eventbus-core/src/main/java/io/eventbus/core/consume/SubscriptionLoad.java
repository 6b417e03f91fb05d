package io.eventbus.core.consume;

import io.eventbus.core.pool.GlobalShare;
import io.eventbus.core.pool.KeyedLanes;

/** What a subscription has in flight, as its {@link Credit} counts it. Concurrency: figures of the moment, asked from any thread. */
record SubscriptionLoad(InFlight inFlight, KeyedLanes lanes, GlobalShare share) implements Credit.Load {

    @Override
    public int count() {
        return inFlight.count();
    }

    @Override
    public long bytes() {
        return inFlight.bytes();
    }

    @Override
    public int aside() {
        return lanes.waiting() + lanes.surplus() + share.waiting();
    }

    @Override
    public long asideBytes() {
        int count = Math.max(1, inFlight.count());
        return lanes.waitingBytes() + lanes.surplusBytes() + inFlight.bytes() / count * share.waiting();
    }
}
