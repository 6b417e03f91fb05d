package io.eventbus.nats;

/**
 * How far a durable without order is certainly done, for the case that it has to be made again. The server's acknowledged floor is certain and
 * is told seldom; as long as every delivery since it was told came here, and nothing was open then, what happened here is as certain and
 * is known at once.
 *
 * <p>Concurrency: not safe; guarded by its owner.
 */
final class DoneThrough {

    private long floor;
    private long lastDelivery;
    private long lastSequence;
    private boolean allHere;

    /**
     * The server told the durable's state, and no delivery that it counts is still on its way to us.
     *
     * @param ackFloor the stream sequence through which all is acknowledged
     * @param delivery the consumer's number of the last delivery
     * @param sequence the stream sequence of the last delivery
     */
    void told(long ackFloor, long delivery, long sequence) {
        floor = ackFloor;
        lastDelivery = delivery;
        lastSequence = sequence;
        allHere = ackFloor >= sequence;
    }

    /** As {@link #told}, while deliveries are on their way. */
    void toldMeanwhile(long ackFloor, long delivery, long sequence) {
        floor = Math.max(floor, ackFloor);
        // All is done and nothing is on its way: whatever went elsewhere before, what follows can be known again.
        allHere |= delivery == lastDelivery && ackFloor >= sequence;
    }

    /** A message came. */
    void delivered(long delivery, long sequence) {
        allHere &= delivery == lastDelivery + 1;
        lastDelivery = delivery;
        lastSequence = Math.max(lastSequence, sequence);
    }

    /** The first stream sequence that may not be done. */
    long next(NatsAssignment assignment) {
        return allHere ? assignment.lowest(lastSequence + 1) : floor + 1;
    }
}
