package io.eventbus.outbox.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventbus.outbox.DeadEvent;
import io.eventbus.outbox.OutboxAdmin;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists dead events, a page at a time. */
@Command(
        name = "list-dead",
        description = "Lists events that were given up, in the order of their numbers, a page at a time.")
final class ListDeadCommand extends OutboxCommand {

    /** Events come with their payloads, so they are asked for in small parts. */
    private static final int AT_ONCE = 20;

    @Mixin
    private DeadOptions which = new DeadOptions();

    @Option(
            names = "--after",
            paramLabel = "NUMBER",
            defaultValue = "0",
            order = 20,
            description = "Only those with a higher number: the last one of the page before (default 0).")
    private long after;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            order = 21,
            description = "How many at most (default 100).")
    private int limit = 100;

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw wrong("--limit is " + limit + "; it must be 1 or more");
        }
        OutboxAdmin admin = admin();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        int count = 0;
        long last = after;
        while (count < limit) {
            List<DeadEvent> part = admin.dead(which.filter(), last, Math.min(AT_ONCE, limit - count));
            if (part.isEmpty()) {
                break;
            }
            for (DeadEvent dead : part) {
                count++;
                last = dead.number();
                if (json()) {
                    all.add(DeadView.json(dead));
                } else {
                    out().println(DeadView.line(dead));
                }
            }
        }
        long total = admin.deadCount(which.filter());
        if (json()) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("total", total).put("last", last).set("dead", all);
            print(answer);
        } else if (count == 0) {
            out().println("no dead events");
        } else {
            out().println(count + " of " + total + " dead events; for the next ones: --after " + last);
        }
        return count == 0 ? ExitCodes.NOTHING_FOUND : ExitCodes.DONE;
    }
}
