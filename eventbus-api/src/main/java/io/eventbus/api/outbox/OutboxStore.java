package io.eventbus.api.outbox;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * A table of events that are to be published, as the relay sees it. Teams that have such a table implement this port over it; the relay, with all
 * its promises, is the same. The test kit has a contract for implementations: {@code io.eventbus.testkit.outbox.OutboxStoreContract}.
 *
 * <p>What an implementation promises:
 *
 * <ul>
 *   <li>A record is claimed by one owner at a time. When its lease is over, anybody may claim it; what the former owner says of it afterwards has no
 *       effect. Whether it still counts while nobody has claimed it again is up to the store.
 *   <li>Records of one aggregate are claimed in the order of their appending, and none while an earlier one of it is claimed by somebody else, waits for its
 *       time, or is dead. Whoever claims one may be given the following ones of the aggregate in the same or a later claim; a store may also keep them
 *       until that one is settled. Aggregates are told apart by every character of their ids. Records without an aggregate wait for nobody.
 *   <li>Only committed rows are seen, and none is passed over because its transaction committed late.
 *   <li>A row counts as published only once it was {@linkplain #acknowledge acknowledged}.
 *   <li>A record's topic, envelope and failures are what they were when it was appended or last settled, to the byte and the microsecond.
 * </ul>
 *
 * <p>Concurrency: one relay calls from one thread at a time; several relays, in any number of processes, work on one table. No method is called while a
 * publish is waited for, and a connection or transaction must not be held between two calls. Any exception means that the database did not do it; the
 * relay tries again with a back-off. Empty collections are legal everywhere and do nothing.
 */
public interface OutboxStore {

    /**
     * Claims records, or more of them, for this relay. What it holds already is not given to it again before the lease is over.
     *
     * @param owner who claims; unique to a running relay
     * @param most how many this call gives at most; not negative, 0 gives none
     * @param mostBytes how many bytes of payload this call gives at most, though one record at least if {@code most} allows it
     * @param lease how long the claim holds unless it is renewed, on the database's clock
     * @return in the order in which they are to be published; empty if there is nothing to do now. A store may keep back what was committed after
     *     the beginning of a transaction that is still open
     */
    List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease) throws Exception;

    /**
     * Prolongs everything that the owner has claimed.
     *
     * @param claimed what the owner believes to hold
     * @param lease how long the claims hold from now on, on the database's clock
     * @return the records, of those given, that are no longer its own, because somebody else has claimed them or they are settled; the relay forgets them
     */
    Collection<? extends OutboxRecord> renew(String owner, Collection<? extends OutboxRecord> claimed, Duration lease)
            throws Exception;

    /**
     * The broker has these. All at once, in one statement where the database can; thousands are possible, in any order within what was claimed.
     *
     * <p>What counted is never claimed again by anybody, with one exception for stores that keep positions instead of marks: if the owner dies, records may
     * come again that it acknowledged since its last claim, or that stand behind one of its claim that it had not settled or has given back. They come
     * again in the order of their aggregates.
     *
     * @return how many of them counted; the others were no longer claimed by the owner
     */
    int acknowledge(String owner, List<? extends OutboxRecord> published) throws Exception;

    /**
     * Publishing these failed: their number of failures grows by one, and each may be claimed again, by anybody, when its delay is over on the database's
     * clock. Until then its aggregate waits, and no other. Those behind it of the aggregate that the owner has claimed as well it must give
     * back; they come after it. Has no effect on what the owner no longer holds.
     */
    void fail(String owner, List<OutboxFailure> failures) throws Exception;

    /**
     * Publishing these is given up; each stays, with its reason, before its aggregate until it is re-queued or taken away. Other aggregates go on. Those
     * behind it that the owner has claimed as well it must give back. Has no effect on what the owner no longer holds.
     */
    void deadLetter(String owner, List<OutboxFailure> failures) throws Exception;

    /**
     * These were claimed and not tried: they can be claimed again at once, where their order allows it, with the failures that they had. They are no
     * longer the owner's. A store that keeps an aggregate with its owner may give them to that one again rather than to another.
     */
    void giveBack(String owner, List<? extends OutboxRecord> untried) throws Exception;

    /** Those of the events that are committed and not published yet, in the order of their appending; whoever claimed them, dead ones included. */
    List<? extends OutboxRecord> unpublished(Collection<String> eventIds) throws Exception;

    /**
     * Dead events are to be published after all, at their old place before the rest of their aggregate, with no failures counted. Events that are unknown
     * or not dead are left alone.
     *
     * @return how many dead ones there were
     */
    int requeue(Collection<String> eventIds) throws Exception;

    /** The owner stops, and has given back what it claimed and did not publish: others need not wait for its leases to end. Does nothing unless it is overridden. */
    default void leave(String owner) throws Exception {}
}
