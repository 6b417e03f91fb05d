package io.eventbus.nats;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends of raw messages for tests. */
final class Feed {

    private Feed() {}

    /** What became of one send. */
    record Result(Position position, boolean duplicate, EventBusException error) {}

    static OutboundMessage message(Topic topic, String id, String key, byte[] body, long timeoutMillis) {
        return new OutboundMessage(
                topic,
                id,
                key,
                Headers.of("X-Event-ID", id, "X-Aggregate-ID", key),
                body,
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    }

    static Result send(NatsTransport transport, OutboundMessage message) throws Exception {
        CompletableFuture<Result> result = new CompletableFuture<>();
        transport.send(message, new SendCallback() {
            @Override
            public void acknowledged(Position position, boolean duplicate) {
                result.complete(new Result(position, duplicate, null));
            }

            @Override
            public void failed(EventBusException error) {
                result.complete(new Result(null, false, error));
            }
        });
        return result.get(30, TimeUnit.SECONDS);
    }

    /** Sends events numbered {@code from} to {@code to} exclusive; the number that failed. */
    static int many(NatsTransport transport, Topic topic, int from, int to, int window, int size) throws Exception {
        Semaphore places = new Semaphore(window);
        AtomicInteger failed = new AtomicInteger();
        SendCallback done = new SendCallback() {
            @Override
            public void acknowledged(Position position, boolean duplicate) {
                places.release();
            }

            @Override
            public void failed(EventBusException error) {
                failed.incrementAndGet();
                places.release();
            }
        };
        byte[] body = new byte[size];
        for (int i = from; i < to; i++) {
            places.acquire();
            transport.send(message(topic, topic + "-" + i, "k" + i % 1000, body, 30_000), done);
        }
        places.acquire(window);
        return failed.get();
    }
}
