package io.eventbus.outbox;

/**
 * A shard of an outbox.
 *
 * @param shard its number
 * @param owner the relay that owns it; empty if none does
 * @param epoch how often it changed its owner
 * @param leaseMillis how long the owner's lease holds unless it is renewed, in milliseconds, on the database's clock; negative if it is over
 * @param doneThrough everything of the shard up to this number is published or waits
 */
public record ShardStatus(int shard, String owner, long epoch, long leaseMillis, long doneThrough) {}
