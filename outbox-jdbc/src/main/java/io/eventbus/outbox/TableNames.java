package io.eventbus.outbox;

import io.eventbus.api.InvalidInputException;
import java.util.regex.Pattern;

/**
 * The names of the tables of one outbox. Several outboxes can live in one schema under different prefixes.
 *
 * @param prefix what all begin with; lower case letters, digits and underscores, optionally after a schema and a dot
 */
record TableNames(String prefix) {

    private static final Pattern LEGAL = Pattern.compile("([a-z_][a-z0-9_]{0,39}\\.)?[a-z_][a-z0-9_]{0,39}");

    TableNames {
        if (!LEGAL.matcher(prefix).matches()) {
            throw new InvalidInputException(
                    "the prefix of the outbox tables is '" + prefix
                            + "'; use up to 40 lower case letters, digits and underscores, optionally after a schema and a dot");
        }
    }

    /** The log of events. */
    String events() {
        return prefix + "_event";
    }

    /** The numbers of the events. */
    String sequence() {
        return prefix + "_seq";
    }

    /** The shards with their owners and positions. */
    String shards() {
        return prefix + "_shard";
    }

    /** The relays that are there. */
    String relays() {
        return prefix + "_relay";
    }

    /** The events that wait or are dead, and those behind them. */
    String waiting() {
        return prefix + "_waiting";
    }

    /** An index; it lives in the schema of its table, so its name has none. */
    String index(String name) {
        return prefix.substring(prefix.indexOf('.') + 1) + "_" + name;
    }

    /** What the tables were made with. */
    String meta() {
        return prefix + "_meta";
    }

    /** One slot of the log. */
    String slot(int number) {
        return prefix + "_event_" + number;
    }
}
