package io.eventbus.examples.demo;

import io.eventbus.api.EventBus;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that publishes the events of the workload one after the other.
 *
 * <p>Concurrency: the thread ends after the event at which it sees that it was stopped.
 */
final class DirectFeed implements Feed {

    private static final Logger LOG = LoggerFactory.getLogger(DirectFeed.class);

    private final Workload workload;
    private final EventIds ids;
    private final Ledger ledger;
    private volatile boolean stopped;

    DirectFeed(Workload workload, EventIds ids, Ledger ledger) {
        this.workload = workload;
        this.ids = ids;
        this.ledger = ledger;
    }

    @Override
    public void start(EventBus bus, List<Topic> topics) {
        Thread publisher = new Thread(() -> publishAll(bus, topics), "demo-publisher");
        publisher.setDaemon(true);
        publisher.start();
    }

    private void publishAll(EventBus bus, List<Topic> topics) {
        List<DemoEvent> events = workload.events();
        for (int i = 0; i < events.size() && !stopped; i++) {
            DemoEvent event = events.get(i);
            int index = i;
            ledger.published(index);
            bus.publish(topics.get(event.topic()), event.envelope(ids.of(index)), result -> reported(index, result));
        }
    }

    private void reported(int index, PublishResult result) {
        ledger.reported(index, result instanceof PublishResult.Acknowledged);
        if (result instanceof PublishResult.Failed failed && !stopped) {
            LOG.warn("publish failed", failed.error());
        }
    }

    @Override
    public void stop(Duration within) {
        stopped = true; // what has been published is the bus's to finish
    }

    @Override
    public boolean isBroken() {
        return false;
    }

    @Override
    public int failed() {
        return ledger.failed();
    }

    @Override
    public String verdict(long deadLettered, boolean faults) {
        return ledger.verdict(deadLettered, faults);
    }

    @Override
    public DemoReport.@Nullable Outbox report() {
        return null;
    }

    @Override
    public String unfinished() {
        return "";
    }

    @Override
    public void close() {}
}
