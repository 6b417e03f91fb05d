package io.eventbus.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import io.eventbus.api.Topic;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The columns that hold an event, the same in every table of the outbox and on every database. Times are whole microseconds since 1970, which no
 * session's time zone can change; the text columns hold what the envelope holds.
 */
final class Columns {

    /** Their number. */
    static final int COUNT = 12;

    /** Their names in order, for a list of columns. */
    static final String NAMES =
            "shard, topic, event_id, aggregate_id, event_type, event_version, occurred_at, trace_id, correlation_id, "
                    + "content_type, headers, payload";

    /** A parameter for each. */
    static final String PARAMETERS = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private Columns() {}

    /** Their definitions. */
    static String definitions(Dialect dialect) {
        String id = dialect.idType();
        return "shard smallint not null, "
                + "topic " + id + " not null, "
                + "event_id " + id + " not null, "
                + "aggregate_id " + id + ", "
                + "event_type " + id + " not null, "
                + "event_version int not null, "
                + "occurred_at bigint not null, "
                + "trace_id " + id + ", "
                + "correlation_id " + id + ", "
                + "content_type " + id + " not null, "
                + "headers " + dialect.textType() + ", "
                + "payload " + dialect.bytesType();
    }

    /** Sets the parameters of one row; the index of the first one behind them. */
    static int set(PreparedStatement statement, int first, int shard, Topic topic, Envelope event) throws SQLException {
        int index = first;
        Payload payload = event.payload();
        statement.setShort(index++, (short) shard);
        statement.setString(index++, topic.name());
        statement.setString(index++, event.eventId());
        statement.setString(index++, event.aggregateId());
        statement.setString(index++, event.eventType());
        statement.setInt(index++, event.eventVersion());
        statement.setLong(index++, ChronoUnit.MICROS.between(Instant.EPOCH, event.timestamp()));
        statement.setString(index++, event.traceId());
        statement.setString(index++, event.correlationId());
        statement.setString(index++, event.contentType());
        statement.setString(index++, HeaderText.write(event.headers()));
        if (payload == null) {
            statement.setNull(index++, Types.VARBINARY);
        } else {
            statement.setBytes(index++, payload.unsafeArray());
        }
        return index;
    }

    /** How much memory the payload of an event takes, in bytes. */
    static long bytes(Envelope event) {
        Payload payload = event.payload();
        return payload == null ? 0 : payload.size();
    }

    /** The topic of the row that the results stand at. */
    static Topic topic(ResultSet row) throws SQLException {
        return Topic.of(row.getString("topic"));
    }

    /** The event of the row that the results stand at. */
    static Envelope event(ResultSet row) throws SQLException {
        byte @Nullable [] payload = row.getBytes("payload");
        return Envelope.builder(row.getString("event_type"))
                .eventId(row.getString("event_id"))
                .aggregateId(row.getString("aggregate_id"))
                .eventVersion(row.getInt("event_version"))
                .timestamp(Instant.EPOCH.plus(row.getLong("occurred_at"), ChronoUnit.MICROS))
                .traceId(row.getString("trace_id"))
                .correlationId(row.getString("correlation_id"))
                .contentType(row.getString("content_type"))
                .headers(HeaderText.read(row.getString("headers")))
                .payload(payload == null ? null : Payload.wrap(payload))
                .build();
    }
}
