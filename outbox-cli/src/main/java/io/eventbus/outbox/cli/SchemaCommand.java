package io.eventbus.outbox.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventbus.api.ConfigurationException;
import io.eventbus.outbox.OutboxAdmin;
import io.eventbus.outbox.OutboxConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the statements that make the tables, or makes them. */
@Command(
        name = "schema",
        description = "Prints the SQL that makes the tables of an outbox, or makes them when asked to.")
final class SchemaCommand extends OutboxCommand {

    @Option(
            names = "--database",
            paramLabel = "NAME",
            order = 10,
            description = "Print the SQL for postgresql, mariadb, mysql or h2; no database is asked.")
    private @Nullable String database;

    @Option(
            names = "--create",
            order = 11,
            description = "Make the tables in the database at --url, unless they are there.")
    private boolean create;

    @Option(names = "--shards", paramLabel = "N", order = 12, description = "Shards of the outbox; fixed from then on.")
    private @Nullable String shards;

    @Option(names = "--slots", paramLabel = "N", order = 13, description = "PostgreSQL: slots of the log.")
    private @Nullable String slots;

    @Option(
            names = "--slot-size",
            paramLabel = "N",
            order = 14,
            description = "PostgreSQL: numbers of events a slot takes in a round.")
    private @Nullable String slotSize;

    @Override
    public Integer call() throws Exception {
        if (create == (database != null)) {
            throw wrong("give either --database, which prints the SQL, or --create, which makes the tables at --url");
        }
        OutboxConfig config = config(sizes());
        if (database != null) {
            return printed(database, config);
        }
        boolean made = OutboxAdmin.create(database(true), config);
        if (json()) {
            print(JsonNodeFactory.instance.objectNode().put("created", made));
        } else {
            out().println(
                            made
                                    ? "the tables " + config.tablePrefix() + "_* were made"
                                    : "the tables " + config.tablePrefix()
                                            + "_* are there, in the version of this program");
        }
        return ExitCodes.DONE;
    }

    private int printed(String name, OutboxConfig config) throws Exception {
        List<String> statements;
        try {
            statements = OutboxAdmin.schema(name, config);
        } catch (ConfigurationException e) {
            throw wrong("--database: " + e.getMessage());
        }
        if (json()) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            ArrayNode all = answer.putArray("statements");
            statements.forEach(all::add);
            print(answer);
        } else {
            statements.forEach(statement -> out().println(statement + ";"));
        }
        return ExitCodes.DONE;
    }

    private Map<String, String> sizes() {
        Map<String, String> sizes = new HashMap<>();
        put(sizes, "shards", shards);
        put(sizes, "slots", slots);
        put(sizes, "slot-size", slotSize);
        return sizes;
    }

    private static void put(Map<String, String> sizes, String key, @Nullable String value) {
        if (value != null) {
            sizes.put(key, value);
        }
    }
}
