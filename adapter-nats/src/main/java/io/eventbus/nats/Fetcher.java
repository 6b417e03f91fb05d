package io.eventbus.nats;

import io.eventbus.api.Capability;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.UnsupportedCapabilityException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one fetcher of a transport: a dispatcher on which the messages of all subscriptions arrive, and a look of the timer at what is
 * overdue. Threads do not grow with subscriptions.
 */
final class Fetcher implements NatsConnection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
    private static final long WATCH_MILLIS = 500;
    private static final int DISCARDS_EVERY = 20;

    private final NatsConnection connection;
    private final NatsThreads threads;
    private final NatsConfig config;
    private final GroupConsumers consumers;
    private final KnownStreams streams;
    private final Dispatcher dispatcher;
    private final List<NatsSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private int looks;

    Fetcher(
            NatsConnection connection,
            NatsThreads threads,
            NatsConfig config,
            GroupConsumers consumers,
            KnownStreams streams) {
        this.connection = connection;
        this.threads = threads;
        this.config = config;
        this.consumers = consumers;
        this.streams = streams;
        this.dispatcher = connection.dispatcher(Fetcher::stray);
        connection.addListener(this);
        var unused =
                threads.timer().scheduleWithFixedDelay(this::look, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    NatsConnection connection() {
        return connection;
    }

    NatsConfig config() {
        return config;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Starts a consumer; see {@link io.eventbus.api.spi.Transport#consume}. */
    TransportSubscription subscribe(ConsumerSpec spec, Sink sink) {
        refuseSecondOwner(spec);
        NatsSubscription subscription =
                new NatsSubscription(this, spec, sink, streams.nameFor(spec.topic()), opened(spec));
        synchronized (subscriptions) {
            refuseSecondOwner(spec);
            subscriptions.add(subscription);
        }
        try {
            subscription.start();
        } catch (RuntimeException e) {
            remove(subscription);
            throw e;
        }
        return subscription;
    }

    private Durable opened(ConsumerSpec spec) {
        try {
            return consumers.open(spec);
        } catch (ConnectionException e) {
            if (e.retriable()) {
                throw e;
            }
            throw new SubscriptionException("subscribing " + spec + " failed: " + e.getMessage(), e);
        }
    }

    void remove(NatsSubscription subscription) {
        subscriptions.remove(subscription);
    }

    /**
     * Makes the stream and the durable again that vanished or were made anew under a subscription, on a thread of its own that ends with
     * that.
     *
     * @param madeAt what {@link Durable#madeAt} was so far
     * @param from the stream sequence from which on not everything is handled
     */
    void mend(NatsSubscription subscription, ZonedDateTime madeAt, long from) {
        try {
            threads.client().execute(() -> mendNow(subscription, madeAt, from));
        } catch (RejectedExecutionException e) {
            LOG.debug("closed before {} was mended", subscription.spec(), e);
        }
    }

    private void mendNow(NatsSubscription subscription, ZonedDateTime madeAt, long from) {
        try {
            subscription.mended(consumers.reopen(subscription.spec(), madeAt, from));
        } catch (EventBusException e) {
            subscription.notMended(e);
        } catch (RuntimeException e) {
            LOG.error("subscription {} cannot be mended", subscription.spec(), e);
            subscription.notMended(new SubscriptionException(
                    "subscription " + subscription.spec() + " cannot be mended; it is tried again", e));
        }
    }

    @Override
    public void connectionRestored() {
        subscriptions.forEach(NatsSubscription::connectionRestored);
    }

    @Override
    public void publishDenied(String subject, String error) {
        subscriptions.forEach(subscription -> subscription.publishDenied(subject, error));
    }

    @Override
    public void connectionClosed(String why) {
        subscriptions.forEach(subscription -> subscription.connectionClosed(why));
    }

    /** The link's health, or the worst that is known of a subscription's stream. */
    Health.Component health(Health.Component link) {
        for (NatsSubscription subscription : subscriptions) {
            Health.Component worse = subscription.health();
            if (worse != null) {
                return new Health.Component(link.name(), worse.status(), worse.name() + ": " + worse.detail());
            }
        }
        return link;
    }

    void close() {
        subscriptions.forEach(subscription -> subscription.close(Duration.ZERO));
    }

    private void look() {
        long now = System.nanoTime();
        boolean discards = ++looks % DISCARDS_EVERY == 0;
        for (NatsSubscription subscription : subscriptions) {
            try {
                subscription.watch(now);
                if (discards) {
                    subscription.watchDiscards();
                }
            } catch (RuntimeException e) {
                LOG.warn("subscription {} cannot be looked after now", subscription.spec(), e);
            }
        }
    }

    private void refuseSecondOwner(ConsumerSpec spec) {
        String durable = Durable.nameFor(spec);
        boolean ordered = spec.ordering() == io.eventbus.api.Ordering.PER_AGGREGATE;
        for (NatsSubscription other : subscriptions) {
            if (other.durable().equals(durable) && (ordered || other.ordered())) {
                throw new UnsupportedCapabilityException(
                        Capability.SHARED_ORDERED_GROUP,
                        "nats",
                        "a second subscription of group " + spec.group() + " on topic " + spec.topic()
                                + " of which one is PER_AGGREGATE",
                        "use one subscription with more concurrency, another group, or Ordering.NONE for all of the group");
            }
        }
    }

    private static void stray(Message message) {
        LOG.debug("nobody waits for a message on {}", message.getSubject());
    }
}
