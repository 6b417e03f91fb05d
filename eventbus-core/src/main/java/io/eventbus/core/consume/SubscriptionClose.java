package io.eventbus.core.consume;

import io.eventbus.api.CloseReport;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one subscription, in steps with common deadlines, so that several subscriptions take each step together and none uses up the
 * time of the others: stop fetching; work off what was received until half of the time; start nothing more and give back what is idle;
 * wait for running handlers until nine tenths, then cut them off; begin to leave; pass the acks to the broker.
 *
 * <p>Concurrency: owned by the thread that closes. Only one is made for each subscription.
 */
final class SubscriptionClose {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionClose.class);

    private static final Duration LONGEST = Duration.ofDays(1);

    private static final List<Consumer<SubscriptionClose>> STEPS = List.of(
            SubscriptionClose::stopFetching,
            SubscriptionClose::drain,
            SubscriptionClose::leave,
            SubscriptionClose::awaitHandlers,
            SubscriptionClose::release,
            SubscriptionClose::finish);

    private final EngineSubscription subscription;
    private final long start = System.nanoTime();
    private final Duration timeout;
    private final long givenBackBefore;
    private List<Ownership> owned = List.of();
    private int running;

    /** A close that has not begun, though its time runs. */
    SubscriptionClose(EngineSubscription subscription, Duration timeout) {
        this.subscription = subscription;
        this.timeout = bounded(timeout);
        this.givenBackBefore = subscription.stats().givenBack();
    }

    /** Takes the closes through all steps; a step that fails in one keeps neither its others nor those of the other closes from being taken. */
    static void together(List<SubscriptionClose> closes) {
        try {
            for (Consumer<SubscriptionClose> step : STEPS) {
                for (SubscriptionClose close : closes) {
                    close.take(step);
                }
            }
        } finally {
            for (SubscriptionClose close : closes) {
                close.end();
            }
        }
    }

    static Duration bounded(Duration timeout) {
        return timeout.isNegative() ? Duration.ZERO : timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
    }

    private void take(Consumer<SubscriptionClose> step) {
        try {
            step.accept(this);
        } catch (RuntimeException e) {
            LOG.error("{}: a step of the close failed; the others are taken", subscription.spec(), e);
        }
    }

    private void stopFetching() {
        TransportSubscription transport = subscription.transport();
        if (transport != null) {
            transport.stopFetching();
        }
    }

    private void drain() {
        subscription.drain(start + timeout.toNanos() / 2);
    }

    private void leave() {
        owned = subscription.stopIntake();
        subscription.wakeLanes();
    }

    private void awaitHandlers() {
        running = subscription.awaitHandlers(owned, start + timeout.toNanos() / 10 * 9);
        if (running > 0) {
            subscription.cutOff();
        }
    }

    private void release() {
        subscription.giveBackIdle();
        subscription.wakeLanes();
        subscription.closeLanes();
        TransportSubscription transport = subscription.transport();
        if (transport != null) {
            transport.leaving(remaining());
        }
    }

    private void finish() {
        TransportSubscription transport = subscription.transport();
        if (transport != null) {
            transport.close(remaining());
        }
    }

    private void end() {
        owned.forEach(Ownership::gone);
        int givenBack = (int) (subscription.stats().givenBack() - givenBackBefore);
        CloseReport report = new CloseReport(running, givenBack, 0, Duration.ofNanos(System.nanoTime() - start));
        LOG.info("{}: closed, {}", subscription.spec(), report);
        subscription.closed(report);
    }

    private Duration remaining() {
        return Duration.ofNanos(Math.max(0, timeout.toNanos() - (System.nanoTime() - start)));
    }
}
