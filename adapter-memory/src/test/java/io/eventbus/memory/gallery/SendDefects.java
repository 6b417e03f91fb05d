package io.eventbus.memory.gallery;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Transport;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What can be wrong between the bus and the broker on the way out. */
final class SendDefects {

    private static final Pattern ESCAPED_NON_ASCII = Pattern.compile("(%[89A-F][0-9A-F])+");
    private static final SendCallback NOBODY = new SendCallback() {
        @Override
        public void acknowledged(Position position, boolean duplicate) {}

        @Override
        public void failed(EventBusException error) {}
    };

    private SendDefects() {}

    static Defect successBeforeTheAcknowledgement() {
        AtomicLong offsets = new AtomicLong();
        return Defect.ofSend((sound, message, done) -> {
            sound.send(message, NOBODY);
            done.acknowledged(new Position(message.topic().name(), 0, offsets.getAndIncrement()), false);
        });
    }

    static Defect dropsOneIn(int many) {
        AtomicLong sends = new AtomicLong();
        return Defect.ofSend((sound, message, done) -> {
            long send = sends.incrementAndGet();
            if (send % many == 0) {
                done.acknowledged(new Position(message.topic().name(), 0, send), false);
            } else {
                sound.send(message, done);
            }
        });
    }

    /** Says that it keeps the order of what is in flight, and sends what failed once more, by then behind later ones. */
    static Defect resendsBehindLaterOnes() {
        return new Defect() {
            @Override
            public Set<Capability> capabilities(Set<Capability> sound) {
                Set<Capability> more = EnumSet.copyOf(sound);
                more.add(Capability.PIPELINED_KEY_ORDER);
                return more;
            }

            @Override
            public Transport transport(Transport sound) {
                return new ForwardingTransport(sound) {
                    @Override
                    public void send(OutboundMessage message, SendCallback done) {
                        sound.send(message, new Resending(this, message, done));
                    }
                };
            }
        };
    }

    private record Resending(Transport transport, OutboundMessage message, SendCallback done) implements SendCallback {
        @Override
        public void acknowledged(Position position, boolean duplicate) {
            done.acknowledged(position, duplicate);
        }

        @Override
        public void failed(EventBusException error) {
            if (error.retriable() && message.deadlineNanos() - System.nanoTime() > 0) {
                Later.in(100, () -> transport.send(message, done));
            } else {
                done.failed(error);
            }
        }
    }

    static Defect newMessageIdForEachSend() {
        return ofMessage(message -> new OutboundMessage(
                message.topic(),
                UUID.randomUUID().toString(),
                message.key(),
                message.headers(),
                message.body(),
                message.deadlineNanos()));
    }

    static Defect constantPosition() {
        return ofCallback(done -> new SendCallback() {
            @Override
            public void acknowledged(Position position, boolean duplicate) {
                done.acknowledged(new Position(position.log(), position.partition(), 0), duplicate);
            }

            @Override
            public void failed(EventBusException error) {
                done.failed(error);
            }
        });
    }

    static Defect duplicateNotTold() {
        return ofCallback(done -> new SendCallback() {
            @Override
            public void acknowledged(Position position, boolean duplicate) {
                done.acknowledged(position, false);
            }

            @Override
            public void failed(EventBusException error) {
                done.failed(error);
            }
        });
    }

    /** Whatever goes wrong is for ever. */
    static Defect everyFailureTerminal() {
        return ofCallback(done -> new SendCallback() {
            @Override
            public void acknowledged(Position position, boolean duplicate) {
                done.acknowledged(position, duplicate);
            }

            @Override
            public void failed(EventBusException error) {
                done.failed(new PublishException(Reason.REJECTED, String.valueOf(error.getMessage()), error));
            }
        });
    }

    /** What nobody can mend by waiting is tried again and again. */
    static Defect missingTopicRetried() {
        return Defect.ofTransport(sound -> new ForwardingTransport(sound) {
            @Override
            public void open(Topic topic, Duration timeout) {
                try {
                    super.open(topic, timeout);
                } catch (PublishException | TopologyException e) {
                    throw new PublishException(Reason.UNAVAILABLE, String.valueOf(e.getMessage()), e);
                }
            }
        });
    }

    static Defect losesNonAscii() {
        return ofHeaders(value -> ESCAPED_NON_ASCII.matcher(value).replaceAll("?"));
    }

    static Defect lowerCasesHeaderValues() {
        return ofHeaders(value -> value.toLowerCase(Locale.ROOT));
    }

    static Defect lowerCasesHeaderNames() {
        return ofMessage(message -> {
            Headers.Builder changed = Headers.builder();
            message.headers().forEach((name, value) -> changed.addTrusted(name.toLowerCase(Locale.ROOT), value));
            return withHeaders(message, changed.build());
        });
    }

    static Defect bodiesCutAt(int bytes) {
        return ofMessage(message -> {
            byte[] body = message.body();
            if (body == null || body.length <= bytes) {
                return message;
            }
            return new OutboundMessage(
                    message.topic(),
                    message.messageId(),
                    message.key(),
                    message.headers(),
                    Arrays.copyOf(body, bytes),
                    message.deadlineNanos());
        });
    }

    static Defect nullBodySentEmpty() {
        return ofMessage(message -> message.body() != null
                ? message
                : new OutboundMessage(
                        message.topic(),
                        message.messageId(),
                        message.key(),
                        message.headers(),
                        new byte[0],
                        message.deadlineNanos()));
    }

    static Defect largestMessageOverstated() {
        return Defect.ofTransport(sound -> new ForwardingTransport(sound) {
            @Override
            public long maxMessageBytes() {
                return super.maxMessageBytes() + 64 * 1024;
            }
        });
    }

    // ---- dead letters

    static Defect deadLetterDropped() {
        return Defect.ofSend((sound, message, done) -> {
            if (isDeadLetter(message)) {
                done.acknowledged(new Position(message.topic().name(), 0, 0), false);
            } else {
                sound.send(message, done);
            }
        });
    }

    static Defect deadLetterWithoutKey() {
        return ofMessage(message -> !isDeadLetter(message)
                ? message
                : new OutboundMessage(
                        message.topic(),
                        message.messageId(),
                        null,
                        message.headers().toBuilder().remove("X-Aggregate-ID").build(),
                        message.body(),
                        message.deadlineNanos()));
    }

    static Defect deadLetterWithoutStory() {
        return ofMessage(message -> {
            if (!isDeadLetter(message)) {
                return message;
            }
            Headers.Builder bare = Headers.builder();
            message.headers().forEach((name, value) -> {
                if (!isStory(name)) {
                    bare.addTrusted(name, value);
                }
            });
            return withHeaders(message, bare.build());
        });
    }

    static boolean isDeadLetter(OutboundMessage message) {
        return message.headers().contains("X-Eventbus-Dlq-Topic");
    }

    private static boolean isStory(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith("x-eventbus-dlq-");
    }

    // ---- parts

    private static Defect ofHeaders(UnaryOperator<String> change) {
        return ofMessage(message -> {
            Headers.Builder changed = Headers.builder();
            message.headers()
                    .forEach((name, value) -> changed.addTrusted(
                            name, name.regionMatches(true, 0, "x-event", 0, 7) ? value : change.apply(value)));
            return withHeaders(message, changed.build());
        });
    }

    private static OutboundMessage withHeaders(OutboundMessage message, Headers headers) {
        return new OutboundMessage(
                message.topic(), message.messageId(), message.key(), headers, message.body(), message.deadlineNanos());
    }

    private static Defect ofMessage(UnaryOperator<OutboundMessage> change) {
        return Defect.ofSend((sound, message, done) -> sound.send(change.apply(message), done));
    }

    private static Defect ofCallback(UnaryOperator<SendCallback> change) {
        return Defect.ofSend((sound, message, done) -> sound.send(message, change.apply(done)));
    }
}
