package io.eventbus.outbox;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The settings of an outbox, immutable; from properties and the environment, under {@value #PREFIX}.
 *
 * <p>Concurrency: immutable, safe from any thread.
 */
public final class OutboxConfig {

    /** What the keys of an outbox begin with. */
    public static final String PREFIX = "eventbus.outbox.";

    /** What the command line of the outbox reads; an environment that serves both is no mistake. */
    private static final List<String> OF_THE_COMMAND_LINE =
            List.of("EVENTBUS_OUTBOX_URL", "EVENTBUS_OUTBOX_USER", "EVENTBUS_OUTBOX_PASSWORD");

    private final String tablePrefix;
    private final boolean createSchema;
    private final long maxEventBytes;
    private final SchemaOptions schema;
    private final String relayName;
    private final RelaySettings relay;

    private OutboxConfig(Settings settings) {
        tablePrefix = settings.text("table-prefix", "eventbus_outbox");
        createSchema = settings.flag("create-schema", false);
        maxEventBytes = settings.bytes("max-event-bytes", 1 << 20, 1, 1 << 30);
        schema = new SchemaOptions(
                settings.integer("shards", SchemaOptions.DEFAULT.shards(), 1, 1_024),
                settings.integer("slots", SchemaOptions.DEFAULT.slots(), 4, 256),
                settings.bytes("slot-size", SchemaOptions.DEFAULT.slotSize(), 1 << 10, 1L << 40));
        relayName = settings.text("relay-name", "");
        relay = RelaySettings.of(settings);
        settings.finish();
    }

    /**
     * From properties and, over them, environment variables, both with their full names.
     *
     * @throws ConfigurationException with everything that is wrong, unknown keys included
     */
    public static OutboxConfig of(Map<String, String> properties, Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>(environment);
        settings.keySet().removeAll(OF_THE_COMMAND_LINE);
        return new OutboxConfig(Settings.of(PREFIX, properties, settings));
    }

    /** What all tables begin with, optionally after a schema and a dot. */
    public String tablePrefix() {
        return tablePrefix;
    }

    /** Whether the tables are made if they are not there. */
    public boolean createSchema() {
        return createSchema;
    }

    /** The most bytes of payload and characters of headers that an event may have. */
    public long maxEventBytes() {
        return maxEventBytes;
    }

    /** The name of a relay that starts with these settings: the configured one, or one of the process; unique by what is random in it. */
    String relayName() {
        String begin = relayName.isEmpty() ? "relay-" + ProcessHandle.current().pid() : relayName;
        return begin + "-" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);
    }

    RelaySettings relay() {
        return relay;
    }

    SchemaOptions schema() {
        return schema;
    }
}
