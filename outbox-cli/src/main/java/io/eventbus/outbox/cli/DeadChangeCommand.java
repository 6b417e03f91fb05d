package io.eventbus.outbox.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventbus.outbox.DeadEvent;
import io.eventbus.outbox.DeadFilter;
import io.eventbus.outbox.OutboxAdmin;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that does something with dead events: those with the given ids, that of an aggregate, or all. */
abstract class DeadChangeCommand extends OutboxCommand {

    @Parameters(arity = "0..*", paramLabel = "EVENT-ID", description = "Ids of dead events.")
    private List<String> eventIds = List.of();

    @Mixin
    private DeadOptions which = new DeadOptions();

    @Option(
            names = "--all",
            order = 5,
            description = "All dead events, or all for which --topic, --type and --reason-contains hold.")
    private boolean all;

    /** What was done, as it stands in the answer. */
    abstract String done();

    abstract int change(OutboxAdmin admin, List<String> ids) throws SQLException;

    abstract int change(OutboxAdmin admin, DeadFilter filter) throws SQLException;

    /** Throws if so many must not be changed without being sure. */
    abstract void confirm(long count);

    @Override
    public Integer call() throws Exception {
        boolean byFilter = !which.filter().equals(DeadFilter.ALL);
        if (!eventIds.isEmpty() && (all || byFilter)) {
            throw wrong("give event ids, or options that choose events, not both");
        }
        if (eventIds.isEmpty() && !all && !which.ofAggregate()) {
            throw wrong("which events? Give their ids, --aggregate, or --all with or without --topic, --type and"
                    + " --reason-contains");
        }
        return eventIds.isEmpty() ? byFilter() : byIds();
    }

    private int byFilter() throws Exception {
        OutboxAdmin admin = admin();
        confirm(admin.deadCount(which.filter()));
        int count = change(admin, which.filter());
        answer(count, Set.of());
        return count == 0 ? ExitCodes.NOTHING_FOUND : ExitCodes.DONE;
    }

    private int byIds() throws Exception {
        confirm(Set.copyOf(eventIds).size());
        OutboxAdmin admin = admin();
        Set<String> unknown = new LinkedHashSet<>(eventIds);
        for (DeadEvent dead : admin.deadByEventId(Set.copyOf(eventIds))) {
            unknown.remove(dead.envelope().eventId());
        }
        answer(change(admin, List.copyOf(Set.copyOf(eventIds))), unknown);
        return unknown.isEmpty() ? ExitCodes.DONE : ExitCodes.NOTHING_FOUND;
    }

    private void answer(int count, Set<String> notDead) throws Exception {
        if (json()) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put(done(), count);
            ArrayNode ids = answer.putArray("notDead");
            notDead.forEach(ids::add);
            print(answer);
            return;
        }
        out().println(done() + ": " + count);
        notDead.forEach(id -> out().println("not dead: " + DeadView.clean(id)));
    }
}
