package io.eventbus.outbox;

import io.eventbus.api.Envelope;

/**
 * Which shard an event belongs to. The events of an aggregate belong to one; what has no aggregate is spread by its event id. The function is part of
 * the stored form: it must give the same in every version and in every process.
 */
record Shards(int count) {

    int of(Envelope event) {
        String aggregate = event.aggregateId();
        return Math.floorMod(mix((aggregate == null ? event.eventId() : aggregate).hashCode()), count);
    }

    /** Spreads hashes that differ in few bits, as those of numbered ids do; the finaliser of MurmurHash3. */
    private static int mix(int hash) {
        int mixed = hash;
        mixed ^= mixed >>> 16;
        mixed *= 0x85ebca6b;
        mixed ^= mixed >>> 13;
        mixed *= 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }
}
