package io.eventbus.core.wire;

import io.eventbus.api.Headers;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The writing of one dead letter: the message as it was, with what happened to it. */
final class DeadLetterEncoding {

    private static final int MAX_TYPE = 256;
    private static final int MAX_MESSAGE = 2048;
    private static final int MAX_STACK = 8192;

    private final InboundMessage source;
    private final HeaderWriter out = new HeaderWriter();

    private DeadLetterEncoding(InboundMessage source) {
        this.source = source;
    }

    /**
     * The dead letter.
     *
     * @param eventId the event's id if it could be read
     * @param key the aggregate id if it could be read; what counts if the broker has no key of its own
     */
    static OutboundMessage encode(
            Topic topic,
            InboundMessage source,
            DeadLetterInfo info,
            @Nullable String eventId,
            @Nullable String key,
            long deadlineNanos)
            throws MalformedException {
        DeadLetterEncoding encoding = new DeadLetterEncoding(source);
        encoding.copyHeaders();
        String sentKey = encoding.key(key);
        encoding.describe(info);
        String identity = eventId == null ? source.position().toString() : eventId;
        String messageId = WireCodec.messageId(identity + "/dlq/" + info.group());
        return new OutboundMessage(topic, messageId, sentKey, encoding.out.build(), source.body(), deadlineNanos);
    }

    /**
     * Copies the headers of the message. Left out are those of an earlier dead letter, which would be taken for this one's, and the
     * broker's own, which would be obeyed once more. What not every broker's client sends is escaped.
     */
    private void copyHeaders() {
        Headers headers = source.headers();
        HeaderReader reader = new HeaderReader(headers);
        // Not in lower case: of a long foreign name that takes memory by the square of its length.
        Set<String> escaped = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            boolean listed = reader.isEscaped(name);
            if ((listed || !HeaderText.isPrintable(headers.value(i))) && isCopied(name) && escaped.add(name)) {
                names.add(name);
            }
        }
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (isCopied(name)) {
                boolean escape = escaped.contains(name);
                String value = headers.value(i);
                out.addPlain(sendable(name), escape ? escaped(reader.isEscaped(name), name, value) : value);
            }
        }
        names.forEach(name -> out.listEscaped(sendable(name)));
    }

    /** The escaped form of the value. One that is listed as escaped stays as it is, or is read first if it holds what nobody escaped. */
    private static String escaped(boolean already, String name, String value) {
        if (!already) {
            return HeaderText.escape(value);
        }
        if (HeaderText.isPrintable(value)) {
            return value;
        }
        try {
            return HeaderText.escape(HeaderText.unescape(name, value));
        } catch (MalformedException e) {
            return HeaderText.escape(value); // nobody could read it; now somebody can look at it
        }
    }

    private static boolean isCopied(String name) {
        return !WireHeaders.startsWith(name, WireHeaders.DLQ_PREFIX)
                && !WireHeaders.startsWith(name, WireHeaders.NATS_PREFIX)
                && !name.equalsIgnoreCase(WireHeaders.ESCAPED);
    }

    /** The name itself, or its escaped form if not every broker's client sends it. */
    private static String sendable(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c > '~' || c == ':' || c == ',') {
                return HeaderText.escape(name)
                        .replace(" ", "%20")
                        .replace(":", "%3A")
                        .replace(",", "%2C");
            }
        }
        return name.isEmpty() ? "%" : name;
    }

    /** The key as text; one that is not UTF-8 is read byte by byte, so that it stays distinct, and kept in a header. */
    private @Nullable String key(@Nullable String aggregateId) {
        byte[] key = source.key();
        if (key == null) {
            return aggregateId;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            out.addPlain(WireHeaders.DLQ_KEY, Base64.getEncoder().encodeToString(key));
            return new String(key, StandardCharsets.ISO_8859_1);
        }
    }

    private void describe(DeadLetterInfo info) throws MalformedException {
        out.addPlain(WireHeaders.DLQ_TOPIC, source.topic().name());
        out.add(WireHeaders.DLQ_POSITION, source.position().toString());
        out.add(WireHeaders.DLQ_GROUP, info.group());
        out.addPlain(WireHeaders.DLQ_ATTEMPTS, Integer.toString(info.attempts()));
        out.addPlain(WireHeaders.DLQ_FIRST_FAILURE, Rfc3339.format(info.firstFailureAt()));
        out.addPlain(WireHeaders.DLQ_LAST_FAILURE, Rfc3339.format(info.lastFailureAt()));
        out.addBounded(WireHeaders.DLQ_EXCEPTION, info.exceptionType(), MAX_TYPE);
        out.addBounded(WireHeaders.DLQ_MESSAGE, info.message(), MAX_MESSAGE);
        out.addBounded(WireHeaders.DLQ_STACK, info.stack(), MAX_STACK);
    }
}
