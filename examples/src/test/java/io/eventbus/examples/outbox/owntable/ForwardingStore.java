package io.eventbus.examples.outbox.owntable;

import io.eventbus.api.outbox.OutboxFailure;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** A store that does what the sound one does; a mutant overrides what it breaks. */
class ForwardingStore implements OutboxStore {

    final OutboxStore sound;

    ForwardingStore(OutboxStore sound) {
        this.sound = sound;
    }

    @Override
    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease) throws Exception {
        return sound.claim(owner, most, mostBytes, lease);
    }

    @Override
    public Collection<? extends OutboxRecord> renew(
            String owner, Collection<? extends OutboxRecord> claimed, Duration lease) throws Exception {
        return sound.renew(owner, claimed, lease);
    }

    @Override
    public int acknowledge(String owner, List<? extends OutboxRecord> published) throws Exception {
        return sound.acknowledge(owner, published);
    }

    @Override
    public void fail(String owner, List<OutboxFailure> failures) throws Exception {
        sound.fail(owner, failures);
    }

    @Override
    public void deadLetter(String owner, List<OutboxFailure> failures) throws Exception {
        sound.deadLetter(owner, failures);
    }

    @Override
    public void giveBack(String owner, List<? extends OutboxRecord> untried) throws Exception {
        sound.giveBack(owner, untried);
    }

    @Override
    public List<? extends OutboxRecord> unpublished(Collection<String> eventIds) throws Exception {
        return sound.unpublished(eventIds);
    }

    @Override
    public int requeue(Collection<String> eventIds) throws Exception {
        return sound.requeue(eventIds);
    }
}
