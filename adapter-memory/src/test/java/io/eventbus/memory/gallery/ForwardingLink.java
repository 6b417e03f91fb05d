package io.eventbus.memory.gallery;

import io.eventbus.testkit.contract.Link;
import java.time.Duration;

/** A link that tells when the connection is lost. */
class ForwardingLink implements Link {

    private final Link sound;
    private final Runnable onLoss;

    ForwardingLink(Link sound, Runnable onLoss) {
        this.sound = sound;
        this.onLoss = onLoss;
    }

    @Override
    public void cut() {
        onLoss.run();
        sound.cut();
    }

    @Override
    public void sever() {
        onLoss.run();
        sound.sever();
    }

    @Override
    public void restore() {
        sound.restore();
    }

    @Override
    public void stall() {
        sound.stall();
    }

    @Override
    public void swallow() {
        sound.swallow();
    }

    @Override
    public void latency(Duration delay, Duration jitter) {
        sound.latency(delay, jitter);
    }

    @Override
    public int connections() {
        return sound.connections();
    }

    @Override
    public void unstall() {
        sound.unstall();
    }
}
