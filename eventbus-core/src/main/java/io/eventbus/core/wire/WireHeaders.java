package io.eventbus.core.wire;

import io.eventbus.api.Headers;

/** The names of the headers that the wire format uses. Names are looked up without regard to case. */
public final class WireHeaders {

    /** The event id. */
    public static final String EVENT_ID = "X-Event-ID";
    /** The aggregate id; absent if the event is unkeyed. */
    public static final String AGGREGATE_ID = "X-Aggregate-ID";
    /** The event type. */
    public static final String EVENT_TYPE = "X-Event-Type";
    /** The event version, in decimal. */
    public static final String EVENT_VERSION = "X-Event-Version";
    /** The time of the event, RFC 3339 in UTC. */
    public static final String TIMESTAMP = "X-Timestamp";
    /** The trace id; absent if there is none. */
    public static final String TRACE_ID = "X-Trace-ID";
    /** The correlation id; absent if there is none. */
    public static final String CORRELATION_ID = "X-Correlation-ID";
    /** The media type of the payload. */
    public static final String CONTENT_TYPE = "Content-Type";

    /** The form of the body: {@code binary}, or absent for the JSON envelope. */
    public static final String FORMAT = "X-Eventbus-Format";
    /** How the body is compressed: {@code lz4}, or absent. */
    public static final String ENCODING = "X-Eventbus-Encoding";
    /** The number of bytes of the body before it was compressed, in decimal. */
    public static final String SIZE = "X-Eventbus-Size";
    /** {@code 1} if the event is a tombstone and the broker cannot tell a null body from an empty one. */
    public static final String NULL = "X-Eventbus-Null";
    /** The names, separated by commas, of the headers whose values are percent-encoded. */
    public static final String ESCAPED = "X-Eventbus-Escaped";

    /** What the names of all headers about a dead letter start with. */
    public static final String DLQ_PREFIX = "X-Eventbus-Dlq-";
    /** Where the dead letter was published first. */
    public static final String DLQ_TOPIC = DLQ_PREFIX + "Topic";
    /** Where it was stored. */
    public static final String DLQ_POSITION = DLQ_PREFIX + "Position";
    /** The consumer group that gave it up. */
    public static final String DLQ_GROUP = DLQ_PREFIX + "Group";
    /** How often it was tried, in decimal. */
    public static final String DLQ_ATTEMPTS = DLQ_PREFIX + "Attempts";
    /** When it failed first, RFC 3339 in UTC. */
    public static final String DLQ_FIRST_FAILURE = DLQ_PREFIX + "First-Failure";
    /** When it failed last, RFC 3339 in UTC. */
    public static final String DLQ_LAST_FAILURE = DLQ_PREFIX + "Last-Failure";
    /** The class of the last failure; absent if the handler gave a reason instead. */
    public static final String DLQ_EXCEPTION = DLQ_PREFIX + "Exception";
    /** What the last failure said, or the handler's reason; cut if long. */
    public static final String DLQ_MESSAGE = DLQ_PREFIX + "Message";
    /** The stack of the last failure; cut if long. */
    public static final String DLQ_STACK = DLQ_PREFIX + "Stack";
    /** The broker's key in base64, only if it is not UTF-8. */
    public static final String DLQ_KEY = DLQ_PREFIX + "Key";

    /** The value of {@link #FORMAT} for the binary form. */
    static final String BINARY = "binary";
    /** The value of {@link #ENCODING} for LZ4. */
    static final String LZ4 = "lz4";

    /** What brokers put in front of the names of their own headers. */
    static final String NATS_PREFIX = "Nats-";

    private static final int MAX_NAME_LENGTH = 128;

    // What Envelope.Builder.header refuses, by first letter: every header of every received message is looked up here.
    private static final String[] RESERVED_X = {
        "X-Event-", "X-Aggregate-", TIMESTAMP, "X-Eventbus-", TRACE_ID, CORRELATION_ID
    };
    private static final String[] RESERVED_C = {CONTENT_TYPE, "ce_", "ce-"};
    private static final String[] RESERVED_N = {NATS_PREFIX};
    private static final String[] NONE = {};

    private WireHeaders() {}

    /** Whether the headers carry attributes of an event, as those of every message written by this codec do. */
    static boolean carryAttributes(Headers headers) {
        return headers.contains(EVENT_ID) || headers.contains(EVENT_TYPE) || headers.contains(EVENT_VERSION);
    }

    /** Whether a received header of this name is one of the application's. */
    static boolean isApplicationName(String name) {
        return !isReserved(name) && isLegalName(name);
    }

    static boolean startsWith(String name, String prefix) {
        return name.startsWith(prefix) || name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static boolean isReserved(String name) {
        String[] prefixes = switch (name.isEmpty() ? ' ' : name.charAt(0)) {
            case 'X', 'x' -> RESERVED_X;
            case 'C', 'c' -> RESERVED_C;
            case 'N', 'n' -> RESERVED_N;
            default -> NONE;
        };
        for (String prefix : prefixes) {
            if (startsWith(name, prefix)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLegalName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean legal = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!legal) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAX_NAME_LENGTH;
    }
}
