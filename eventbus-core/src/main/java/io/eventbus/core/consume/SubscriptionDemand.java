package io.eventbus.core.consume;

import io.eventbus.api.spi.TransportSubscription;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription asks of its transport: as much as it has credit for, and nothing while it is paused or comes to its end.
 *
 * <p>States: open → draining (nothing more is asked for, what was received is worked off) → leaving (nothing more starts); a stop goes
 * straight to leaving. A pause is apart from them.
 *
 * <p>Concurrency: flags of their own, each written before the transport or the lanes are told. Asked by the transport's thread, told by workers,
 * the sweeper and the application; no lock is held towards the transport.
 */
final class SubscriptionDemand {

    private final Credit credit;
    private volatile @Nullable TransportSubscription transport;
    private volatile boolean paused;
    private volatile boolean draining;
    private volatile boolean leaving;

    SubscriptionDemand(Credit credit) {
        this.credit = credit;
    }

    void attach(TransportSubscription value) {
        transport = value;
        value.demandChanged();
    }

    @Nullable
    TransportSubscription transport() {
        return transport;
    }

    int available() {
        return paused || draining || leaving ? 0 : credit.available();
    }

    /** A message of this size came. */
    void sized(int bytes) {
        credit.sized(bytes);
    }

    /** Tells the transport if credit had run out and is there again. */
    void mayHaveRisen() {
        TransportSubscription current = transport;
        if (current != null && !draining && !leaving && !paused && credit.refilled()) {
            current.demandChanged();
        }
    }

    boolean paused() {
        return paused;
    }

    void pause() {
        paused = true;
    }

    /** Ends the pause; the transport is told with {@link #changed}. */
    void resume() {
        paused = false;
    }

    void changed() {
        TransportSubscription current = transport;
        if (current != null) {
            current.demandChanged();
        }
    }

    void drain() {
        draining = true;
    }

    void leave() {
        leaving = true;
    }

    /** Whether nothing more may start. */
    boolean leaving() {
        return leaving;
    }

    /** Whether the subscription comes to its end. */
    boolean ending() {
        return draining || leaving;
    }
}
