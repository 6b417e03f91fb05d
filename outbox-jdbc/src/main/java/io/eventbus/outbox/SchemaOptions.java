package io.eventbus.outbox;

/**
 * What is fixed when the tables are made.
 *
 * @param shards into how many parts the aggregates are divided, each with one relay at a time
 * @param slots into how many parts the log is divided where the database can empty a part at once
 * @param slotSize how many events in turn go into one slot
 */
record SchemaOptions(int shards, int slots, long slotSize) {

    static final SchemaOptions DEFAULT = new SchemaOptions(16, 16, 1L << 16);
}
