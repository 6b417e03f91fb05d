package io.eventbus.testkit.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxStore;
import java.time.Duration;
import java.util.List;

/**
 * A store as the kit needs it: on a fresh, empty table, with the means to write to that table as an application does.
 *
 * <p>Concurrency: the kit opens stores from one thread; it begins transactions and appends from several at once, each of them used by one thread.
 */
public interface StoreUnderTest extends AutoCloseable {

    /**
     * Another store on the same table, as a relay that starts in another process has it. The kit calls each with an owner of its own and drops some
     * of them without a word, as a process that dies.
     */
    OutboxStore open() throws Exception;

    /** A transaction as applications write in, on a connection of its own; the kit ends each. */
    Transaction begin() throws Exception;

    /** How many committed events are not published yet, dead ones and claimed ones included, by a look at the table. */
    long rowsLeft() throws Exception;

    /**
     * Whether an aggregate stays with the owner that claimed of it for as long as that one lives, as in a store that shares the table out by
     * shards; what an owner gives back then comes again to itself. False for a store that claims record by record.
     */
    default boolean aggregatesStayWithTheirOwner() {
        return false;
    }

    /**
     * Whether events that were acknowledged shortly before their owner died may come again, as in a store that keeps positions instead of marks. It
     * must have saved them with the owner's next claim.
     */
    default boolean acknowledgedMayComeAgainAfterCrash() {
        return false;
    }

    /** How long the kit waits for what has to happen before it says that it does not. */
    default Duration patience() {
        return Duration.ofSeconds(20);
    }

    /** Takes the table away and frees everything. */
    @Override
    void close() throws Exception;

    /** A transaction of an application. */
    interface Transaction {

        /** Appends events in the given order, after those that it appended before. */
        void append(Topic topic, List<Envelope> events) throws Exception;

        /** Commits and frees the connection. */
        void commit() throws Exception;

        /** Rolls back and frees the connection. */
        void rollback() throws Exception;
    }
}
