package io.eventbus.api.spi;

import io.eventbus.api.EventBusException;
import java.time.Duration;

/**
 * Where an adapter puts what it receives for one subscription. Implemented by the bus.
 *
 * <p>Concurrency: for one subscription an adapter calls {@link #accept}, {@link #assigned}, {@link #leaving} and {@link #revoked} from one thread at a
 * time, with a happens-before edge between calls. {@link #demand} and {@link #failed} may be called from any thread.
 */
public interface Sink {

    /**
     * How many more messages may be handed over now. An adapter asks before it fetches and has no more than this many messages fetched and
     * not handed over; 0 pauses the fetch. When it rises from 0, {@link TransportSubscription#demandChanged} is called.
     */
    int demand();

    /** Takes a message over. Never blocks and never throws; also takes what exceeds the demand. */
    void accept(InboundMessage message);

    /** The subscription now owns the assignment; called before its first message. */
    void assigned(Assignment assignment);

    /**
     * The subscription is going to be told {@link #revoked} of the assignment soon, and nothing more of it is handed over. An adapter that loses
     * several assignments at once calls this for each before it revokes the first, so that their work ends together and a slow handler of one does
     * not use up the grace of the others. Never waits.
     */
    default void leaving(Assignment assignment) {}

    /**
     * The subscription is about to lose the assignment. What was received is worked off for up to half of the grace; then unstarted messages and
     * retries of it are dropped, and running handlers may end and ack. Returns when none runs any more or the grace is over. Afterwards no message of it is acked.
     *
     * @param grace the most time to wait; zero if the assignment is already lost
     */
    void revoked(Assignment assignment, Duration grace);

    /** The subscription cannot go on, or not for now; health shows the error until {@link #recovered}. */
    void failed(EventBusException error);

    /** What {@link #failed} reported is over. */
    void recovered();
}
