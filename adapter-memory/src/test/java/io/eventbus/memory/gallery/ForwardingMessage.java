package io.eventbus.memory.gallery;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;

/** A received message that passes everything on to the sound one. */
class ForwardingMessage implements InboundMessage {

    private final InboundMessage sound;

    ForwardingMessage(InboundMessage sound) {
        this.sound = sound;
    }

    @Override
    public Topic topic() {
        return sound.topic();
    }

    @Override
    public Position position() {
        return sound.position();
    }

    @Override
    public Assignment assignment() {
        return sound.assignment();
    }

    @Override
    public int deliveries() {
        return sound.deliveries();
    }

    @Override
    public Headers headers() {
        return sound.headers();
    }

    @Override
    public byte[] key() {
        return sound.key();
    }

    @Override
    public byte[] body() {
        return sound.body();
    }

    @Override
    public void ack() {
        sound.ack();
    }

    @Override
    public void keepAlive() {
        sound.keepAlive();
    }

    @Override
    public void giveBack() {
        sound.giveBack();
    }
}
