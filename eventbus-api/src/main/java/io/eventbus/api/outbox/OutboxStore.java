package io.eventbus.api.outbox;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * A table of events that are to be published, as the relay sees it. Teams that have such a table implement this port over it; the relay, with all
 * its promises, is the same.
 *
 * <p>What an implementation promises:
 *
 * <ul>
 *   <li>A record is claimed by one owner at a time. A claim ends when its lease is over; what the owner says of it later has no effect.
 *   <li>Records of one aggregate are claimed in the order of their appending, and none while an earlier one of it is claimed by somebody else, waits for its
 *       time, or is dead. Whoever claims one may be given the following ones of the aggregate in the same or a later claim.
 *   <li>Only committed rows are seen, and none is passed over because its transaction committed late.
 *   <li>A row counts as published only once it was {@linkplain #acknowledge acknowledged}.
 * </ul>
 *
 * <p>Concurrency: one relay calls from one thread at a time; several relays, in any number of processes, work on one table. No method is called while a
 * publish is waited for, and a connection or transaction must not be held between two calls. Any exception means that the database did not do it; the
 * relay tries again with a back-off.
 */
public interface OutboxStore {

    /**
     * Claims records, or more of them, for this relay.
     *
     * @param owner who claims; unique to a running relay
     * @param most how many at most; not negative
     * @param mostBytes how many bytes of payload at most, though one record at least
     * @param lease how long the claim holds unless it is renewed, on the database's clock
     * @return in the order in which they are to be published; empty if there is nothing to do now
     */
    List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease) throws Exception;

    /**
     * Prolongs everything that the owner has claimed.
     *
     * @return the records, of those given, that are no longer its own; the relay forgets them
     */
    Collection<? extends OutboxRecord> renew(String owner, Collection<? extends OutboxRecord> claimed, Duration lease)
            throws Exception;

    /**
     * The broker has these. All at once, in one statement where the database can.
     *
     * @return how many of them counted; the others were no longer claimed by the owner
     */
    int acknowledge(String owner, List<? extends OutboxRecord> published) throws Exception;

    /** Publishing these failed: their number of failures grows by one, and each is claimed again when its delay is over. */
    void fail(String owner, List<OutboxFailure> failures) throws Exception;

    /** Publishing these is given up; each stays, with its reason, before its aggregate until it is re-queued or taken away. */
    void deadLetter(String owner, List<OutboxFailure> failures) throws Exception;

    /** These were claimed and not tried: they can be claimed again at once, where their order allows it. */
    void giveBack(String owner, List<? extends OutboxRecord> untried) throws Exception;

    /** Those of the events that are not published yet, in the order of their appending; whoever claimed them. */
    List<? extends OutboxRecord> unpublished(Collection<String> eventIds) throws Exception;

    /**
     * Dead events are to be published after all, with no failures counted.
     *
     * @return how many there were
     */
    int requeue(Collection<String> eventIds) throws Exception;

    /** The owner stops, and has given back what it claimed and did not publish: others need not wait for its leases to end. Does nothing unless it is overridden. */
    default void leave(String owner) throws Exception {}
}
