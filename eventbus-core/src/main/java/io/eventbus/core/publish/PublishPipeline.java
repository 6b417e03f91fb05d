package io.eventbus.core.publish;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Ordering;
import io.eventbus.api.Payload;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of an event from the publisher's call to the callback: checked, encoded, given a place in the window, sent when its aggregate's
 * turn comes, re-sent while that helps, told once.
 *
 * <p>Where the transport cannot keep the order of a key in flight ({@link Capability#PIPELINED_KEY_ORDER}), at most one message of a topic and
 * key is un-acknowledged; the others wait in the order of the calls and keep their place in the window. There, failures that may pass are
 * re-sent with the same content until the deadline. Elsewhere the transport's client does both.
 *
 * <p>Concurrency: all methods may be called from any thread. {@link SendOp} says what happens to one message, and who drives it. There are four
 * kinds of locks: one of the {@link PublishWindow}, a striped one of the {@link OutstandingOps}, one of each {@link TopicGate}, one of the
 * {@link CallbackExecutor}. None is taken while another is held, and none is held while the transport, the encoder, the timer or a callback is
 * called. An acknowledgement happens before its callback.
 *
 * <p>Whether a publish or the close comes first: a message is registered as outstanding before its thread looks whether the pipeline is
 * closed, and the close looks for outstanding messages after it has set that; so either the close waits for it or it is refused.
 */
public final class PublishPipeline {

    /** What an attempt to open a topic may take, however short the deadline of the event that began it. */
    private static final long LEAST_OPEN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Transport transport;
    private final Encoder encoder;
    private final Options options;
    private final ScheduledExecutorService timer;
    private final LongSupplier clock;
    private final boolean pipelined;
    private final long deliveryNanos;
    private final long maxBlockNanos;
    private final long leastOpenNanos;
    private final PublishWindow window;
    private final CallbackExecutor callbacks;
    private final CallbackExecutor opener;
    private final ResultDesk desk;
    private final Sender sender;
    private final DeadlineWatch watch;
    private final ConcurrentHashMap<Topic, PublishTopic> topics = new ConcurrentHashMap<>();
    private final LongAdder accepted = new LongAdder();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closeEnded = new CountDownLatch(1);
    private volatile boolean closed;
    private volatile int failedByClose;
    private volatile @Nullable BooleanSupplier restriction;

    /**
     * A pipeline to a started transport. It starts threads when there is something for them to do.
     *
     * @param encoder makes messages of events, on the publishing threads
     * @param timer runs short tasks late; not closed by the pipeline, and to be shut down after it
     * @param name what the names of its threads start with
     */
    public PublishPipeline(
            Transport transport, Encoder encoder, Options options, ScheduledExecutorService timer, String name) {
        this(transport, encoder, options, timer, name, System::nanoTime, new Backoff(PublishPipeline::random));
    }

    PublishPipeline(
            Transport transport,
            Encoder encoder,
            Options options,
            ScheduledExecutorService timer,
            String name,
            LongSupplier clock,
            Backoff backoff) {
        this.transport = transport;
        this.encoder = encoder;
        this.options = options;
        this.timer = timer;
        this.clock = clock;
        this.pipelined = transport.capabilities().contains(Capability.PIPELINED_KEY_ORDER);
        this.deliveryNanos = options.deliveryTimeout().toNanos();
        this.maxBlockNanos = options.maxBlock().toNanos();
        this.leastOpenNanos = Math.min(options.deliveryTimeout().toNanos(), LEAST_OPEN_NANOS);
        this.window = new PublishWindow(options.maxInFlight(), options.maxInFlightBytes());
        this.callbacks = new CallbackExecutor(name + "-callback", options.callbackThreads(), timer);
        this.opener = new CallbackExecutor(name + "-opener", 1, timer);
        this.desk = new ResultDesk(window, callbacks);
        this.sender = new Sender(transport, timer, opener::execute, clock, backoff, maxBlockNanos, deliveryNanos);
        this.watch = new DeadlineWatch(sender, timer, clock, deliveryNanos);
    }

    /**
     * Publishes an event. Waits while the window is full, if so configured, and while the topic is opened for the first time.
     *
     * @param done told the one outcome on a callback thread, whatever happens; this method throws for nothing but a null argument
     */
    public void publish(Topic topic, Envelope envelope, PublishOptions publishOptions, PublishCallback done) {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(envelope, "envelope");
        Objects.requireNonNull(publishOptions, "publishOptions");
        Objects.requireNonNull(done, "done");
        EventBusException refusal = refusal(topic, envelope);
        if (refusal != null) {
            refuse(topic, envelope, refusal, done);
            return;
        }
        OutboundMessage message;
        try {
            message = encoded(topic, envelope, publishOptions);
        } catch (EventBusException e) {
            refuse(topic, envelope, e, done);
            return;
        }
        boolean ordered = !pipelined && publishOptions.ordering() == Ordering.PER_AGGREGATE;
        PublishOp op =
                new PublishOp(sender, topic(topic), message, ordered, !pipelined, envelope.eventId(), desk, done);
        register(op);
        EventBusException obstacle = enter(op, publishOptions.deadline() != null);
        if (obstacle == null) {
            sender.send(op);
        } else {
            awaitRoomForRefusal();
            op.tellFailed(obstacle);
        }
    }

    /**
     * Sends a message that is encoded already, past the window; where order is kept here, in order with earlier ones of its key. Where the
     * transport keeps it, no message waits for another here: what waits would be sent by the thread that brings the answer, which is the client's
     * own; and an aggregate has one dead letter at a time, since its next event waits. The topic is opened first. What may pass is tried again until the message's deadline. Never blocks.
     *
     * @param done told the one outcome, on any thread, possibly before this returns
     */
    public void sendDeadLetter(OutboundMessage message, SendCallback done) {
        DeadLetterOp op = new DeadLetterOp(sender, topic(message.topic()), message, !pipelined, done);
        register(op);
        if (closed) {
            op.tellFailed(closedBefore("sending dead letter " + message.messageId() + " to " + message.topic()));
        } else {
            sender.send(op);
        }
    }

    /** A callback that hands outcomes on in lists, one list at a time, on a callback thread. */
    public PublishCallback batching(PublishResults results) {
        return new BatchingCallback(Objects.requireNonNull(results, "results"), callbacks, window);
    }

    /** What this pipeline has done so far. */
    public PublishStats stats() {
        return new PublishStats(
                accepted.sum(),
                desk.acknowledgedCount(),
                desk.failedCount(),
                window.messages(),
                window.bytes(),
                window.undelivered(),
                callbacks.errors());
    }

    /** Whether the calling thread is one of this pipeline's callback threads. */
    public boolean isCallbackThread() {
        return callbacks.isOwnThread();
    }

    /**
     * Lets only some threads publish from now on; the publishes of others fail with {@link BusClosedException}. What has been accepted goes on.
     *
     * @param allowed asked on the publishing thread
     */
    public void restrictTo(BooleanSupplier allowed) {
        restriction = allowed;
    }

    /**
     * Closes the pipeline: refuses new publishes, waits for the outcome of those under way, tells the rest {@link BusClosedException} when time is
     * up, lets callbacks run and ends its threads. A part of the time, a tenth but at most a second, is kept for the callbacks; those that do not end
     * in it go on on daemon threads, and what waits behind them is still told. Later calls wait for the first and return the same. On a
     * callback thread it does not wait for callbacks nor for another close.
     *
     * @return how many publishes were told that they were cut off
     */
    public int close(Duration timeout) {
        long end = clock.getAsLong() + timeout.toNanos();
        if (!closing.compareAndSet(false, true)) {
            awaitOtherClose(timeout.toNanos());
            return failedByClose;
        }
        closed = true;
        window.close();
        long forCallbacks = Math.min(timeout.toNanos() / 10, TimeUnit.SECONDS.toNanos(1));
        sender.outstanding().awaitNone(timeout.toNanos() - forCallbacks);
        int cutOff = 0;
        for (SendOp op : sender.abandonAll(cutOff())) {
            if (op instanceof PublishOp) {
                cutOff++;
            }
        }
        failedByClose = cutOff;
        opener.close(0);
        callbacks.close(end - clock.getAsLong());
        closeEnded.countDown();
        return cutOff;
    }

    private @Nullable EventBusException refusal(Topic topic, Envelope envelope) {
        BooleanSupplier allowed = restriction;
        if (closed || allowed != null && !allowed.getAsBoolean()) {
            return closedBefore("publishing " + describe(topic, envelope));
        }
        Payload payload = envelope.payload();
        if (payload != null && payload.size() > options.maxPayloadBytes()) {
            return tooLarge("payload of " + describe(topic, envelope), payload.size(), options.maxPayloadBytes());
        }
        return null;
    }

    private OutboundMessage encoded(Topic topic, Envelope envelope, PublishOptions publishOptions) {
        Duration wish = publishOptions.deadline();
        long nanos = wish == null ? deliveryNanos : Math.min(deliveryNanos, saturatedNanos(wish));
        OutboundMessage message;
        try {
            message = encoder.encode(topic, envelope, clock.getAsLong() + nanos);
        } catch (EventBusException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new PublishException(
                    PublishException.Reason.NOT_ENCODABLE, "cannot encode " + describe(topic, envelope) + ": " + e, e);
        }
        if (message.size() > options.maxMessageBytes()) {
            throw tooLarge(
                    "message of " + describe(topic, envelope) + ", headers included,",
                    message.size(),
                    options.maxMessageBytes());
        }
        return message;
    }

    private void register(SendOp op) {
        sender.outstanding().add(op);
        watch.arm();
    }

    /** Opens the topic if need be and takes a place; null, or why not. */
    private @Nullable EventBusException enter(PublishOp op, boolean ownDeadline) {
        if (closed) {
            return closedBefore("publishing " + describe(op.message));
        }
        if (ownDeadline) {
            setAlarm(op);
        }
        TopicGate gate = op.topic.gate();
        if (!gate.isOpen()) {
            // Others wait for this very attempt: a short deadline of one event must not be theirs.
            EventBusException error = gate.open(Math.min(maxBlockNanos, Math.max(nanosLeft(op), leastOpenNanos)));
            if (error != null) {
                return error;
            }
        }
        long wait = options.whenFull() == WhenFull.FAIL ? 0 : Math.min(maxBlockNanos, nanosLeft(op));
        return switch (window.take(op.size(), callbacks.isOwnThread(), wait)) {
            case CLOSED -> closedBefore("publishing " + describe(op.message));
            case FULL -> windowFull(op, "no place became free in time", null);
            case INTERRUPTED -> windowFull(op, "the publishing thread was interrupted", new InterruptedException());
            case TAKEN -> {
                accepted.increment();
                if (!op.place()) {
                    window.give(op.size()); // told meanwhile: its deadline has passed
                }
                yield null;
            }
        };
    }

    /** An event with a deadline of its own is told at that time, not in the next round of the watch. */
    private void setAlarm(PublishOp op) {
        try {
            op.alarm(timer.schedule(() -> sender.expire(op), nanosLeft(op), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            // The timer has been shut down after a close, which has told this event or is about to.
        }
    }

    private void refuse(Topic topic, Envelope envelope, EventBusException error, PublishCallback done) {
        awaitRoomForRefusal();
        desk.refused(topic, envelope.eventId(), error, done);
    }

    private void awaitRoomForRefusal() {
        if (!callbacks.isOwnThread()) {
            window.awaitRoomForRefusal(maxBlockNanos);
        }
    }

    private void awaitOtherClose(long nanos) {
        if (callbacks.isOwnThread()) {
            return;
        }
        try {
            closeEnded.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PublishTopic topic(Topic topic) {
        PublishTopic known = topics.get(topic);
        return known != null ? known : topics.computeIfAbsent(topic, name -> PublishTopic.of(transport, name));
    }

    private long nanosLeft(PublishOp op) {
        return op.message.deadlineNanos() - clock.getAsLong();
    }

    private PublishException windowFull(PublishOp op, String what, @Nullable Throwable cause) {
        return new PublishException(
                PublishException.Reason.WINDOW_FULL,
                "the publish window (" + options.maxInFlight() + " events, " + options.maxInFlightBytes()
                        + " bytes) is full and " + what + " for " + describe(op.message)
                        + "; nothing was sent, publish again later",
                cause);
    }

    private static PublishException tooLarge(String what, long size, long limit) {
        return new PublishException(
                PublishException.Reason.TOO_LARGE,
                "the " + what + " has " + size + " bytes, the limit is " + limit + "; nothing was sent",
                null);
    }

    private static BusClosedException closedBefore(String what) {
        return new BusClosedException("the bus is closed or closing; " + what + " was refused and nothing was sent");
    }

    private static BusClosedException cutOff() {
        return new BusClosedException(
                "the bus was closed before the broker acknowledged the event; it may be stored all the same,"
                        + " publishing it again with the same id is safe");
    }

    private static String describe(Topic topic, Envelope envelope) {
        return "event " + envelope.eventId() + " to topic " + topic;
    }

    private static String describe(OutboundMessage message) {
        return "event " + message.messageId() + " to topic " + message.topic();
    }

    private static long saturatedNanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    private static double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    /**
     * The limits of a pipeline.
     *
     * @param maxInFlight the most publishes without an outcome; as many outcomes may wait for their callbacks
     * @param maxInFlightBytes the most bytes of their messages; a larger message is let in alone
     * @param whenFull what a publish does when a limit is reached
     * @param maxBlock the longest wait for a place in the window, and the longest opening of a topic
     * @param deliveryTimeout how long a publish may take in all
     * @param callbackThreads how many threads run callbacks
     * @param maxPayloadBytes the largest payload
     * @param maxMessageBytes the largest encoded message, headers included
     */
    public record Options(
            int maxInFlight,
            long maxInFlightBytes,
            WhenFull whenFull,
            Duration maxBlock,
            Duration deliveryTimeout,
            int callbackThreads,
            long maxPayloadBytes,
            long maxMessageBytes) {

        /** @throws ConfigurationException if a number of threads, messages or bytes is not positive, or a time negative */
        public Options {
            boolean positive = maxInFlight > 0
                    && maxInFlightBytes > 0
                    && callbackThreads > 0
                    && maxPayloadBytes > 0
                    && maxMessageBytes > 0
                    && deliveryTimeout.compareTo(Duration.ZERO) > 0;
            if (!positive || maxBlock.isNegative()) {
                throw new ConfigurationException("publish limits must be positive, maxBlock not negative: maxInFlight="
                        + maxInFlight + ", maxInFlightBytes=" + maxInFlightBytes + ", callbackThreads="
                        + callbackThreads
                        + ", maxPayloadBytes=" + maxPayloadBytes + ", maxMessageBytes=" + maxMessageBytes
                        + ", deliveryTimeout=" + deliveryTimeout + ", maxBlock=" + maxBlock);
            }
        }
    }

    /** A way to turn an event into a message. */
    @FunctionalInterface
    public interface Encoder {

        /**
         * Encodes an event, on the publishing thread.
         *
         * @param deadlineNanos becomes the message's deadline
         * @throws EventBusException if it cannot be encoded
         */
        OutboundMessage encode(Topic topic, Envelope envelope, long deadlineNanos);
    }
}
