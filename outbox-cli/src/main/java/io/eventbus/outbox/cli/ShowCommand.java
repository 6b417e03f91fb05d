package io.eventbus.outbox.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventbus.outbox.DeadEvent;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a dead event. */
@Command(name = "show", description = "Shows a dead event and why it was given up.")
final class ShowCommand extends OutboxCommand {

    @Parameters(paramLabel = "EVENT-ID", description = "The id of the event.")
    private String eventId = "";

    @Option(
            names = "--payload",
            order = 10,
            description = "With its payload, which may hold what is not for every eye.")
    private boolean payload;

    @Override
    public Integer call() throws Exception {
        List<DeadEvent> found = admin().deadByEventId(List.of(eventId));
        if (json()) {
            print(json(found));
        } else {
            for (DeadEvent dead : found) {
                out().print(DeadView.full(dead));
                if (payload) {
                    out().println();
                    out().println(DeadView.payload(dead.envelope().payload()));
                }
            }
            if (found.isEmpty()) {
                out().println("no dead event has the id " + DeadView.clean(eventId)
                        + ": it was published, or still waits, or never was in this outbox");
            }
        }
        return found.isEmpty() ? ExitCodes.NOTHING_FOUND : ExitCodes.DONE;
    }

    /** A list, since an event id may have been appended twice. */
    private ArrayNode json(List<DeadEvent> found) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (DeadEvent dead : found) {
            ObjectNode node = DeadView.json(dead);
            if (payload) {
                DeadView.addPayload(node, dead.envelope().payload());
            }
            all.add(node);
        }
        return all;
    }
}
