package io.eventbus.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which dead events are meant: those for which everything holds that is not null.
 *
 * @param aggregateId the aggregate they belong to
 * @param topic the name of the topic they were to be published on
 * @param eventType their type
 * @param reasonContains a part of the last failure, in upper or lower case
 */
public record DeadFilter(
        @Nullable String aggregateId,
        @Nullable String topic,
        @Nullable String eventType,
        @Nullable String reasonContains) {

    /** All dead events. */
    public static final DeadFilter ALL = new DeadFilter(null, null, null, null);

    /** Those of an aggregate: at most the one that blocks it. */
    public static DeadFilter ofAggregate(String aggregateId) {
        return new DeadFilter(aggregateId, null, null, null);
    }

    /** The rows that are meant, of the table of those that wait. */
    RowFilter rows() {
        StringBuilder sql = new StringBuilder("state = 'D'");
        List<String> texts = new ArrayList<>();
        equal(sql, texts, "aggregate_id", aggregateId);
        equal(sql, texts, "topic", topic);
        equal(sql, texts, "event_type", eventType);
        if (reasonContains != null) {
            sql.append(" and lower(reason) like ? escape '!'");
            String literally =
                    reasonContains.replace("!", "!!").replace("%", "!%").replace("_", "!_");
            texts.add("%" + literally.toLowerCase(Locale.ROOT) + "%");
        }
        return new RowFilter(sql.toString(), texts);
    }

    private static void equal(StringBuilder sql, List<String> texts, String column, @Nullable String value) {
        if (value != null) {
            sql.append(" and ").append(column).append(" = ?");
            texts.add(value);
        }
    }
}
