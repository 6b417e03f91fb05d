package io.eventbus.kafka;

import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What became of the topic under a running subscription. Kafka's consumer does not tell: it polls on without an error when its topic is
 * deleted, and when another one of the same name appears it goes on at the offsets it had in the old one, past what is stored before them.
 *
 * <p>Concurrency: the poll thread, but for the answers, which the client's thread puts into {@code answer}.
 */
final class TopicFate {

    /** What there is to do. */
    enum Verdict {
        /** Nothing. */
        AS_BEFORE,
        /** The topic is not there. */
        GONE,
        /** There is another topic of the same name since the last look: offsets mean something else now. Said once. */
        ANEW
    }

    private static final long EVERY = Duration.ofSeconds(5).toNanos();
    private static final long SOON = Duration.ofMillis(500).toNanos();

    /** A broker that has just come up may not know the topic for a moment. */
    private static final int TIMES = 2;

    private final Topic topic;
    private final TopicWatch watch;
    private final AtomicReference<TopicWatch.@Nullable Answer> answer = new AtomicReference<>();
    private @Nullable Uuid known;
    private int notThere;
    private long askedAt = System.nanoTime() - EVERY;

    TopicFate(Topic topic, TopicWatch watch) {
        this.topic = topic;
        this.watch = watch;
    }

    /** Looks, and asks again when it is time. Never waits. */
    Verdict look() {
        long now = System.nanoTime();
        if (now - askedAt >= (notThere > 0 ? SOON : EVERY)) {
            askedAt = now;
            watch.ask(topic, answer::set);
        }
        TopicWatch.Answer told = answer.getAndSet(null);
        if (told == null) {
            return isGone() ? Verdict.GONE : Verdict.AS_BEFORE;
        }
        Uuid id = told.id();
        if (id == null) {
            notThere++;
            if (isGone()) {
                watch.makeAgain(topic);
            }
            return isGone() ? Verdict.GONE : Verdict.AS_BEFORE;
        }
        notThere = 0;
        boolean anew = known != null && !known.equals(id);
        known = id;
        return anew ? Verdict.ANEW : Verdict.AS_BEFORE;
    }

    private boolean isGone() {
        return notThere >= TIMES;
    }
}
