package io.eventbus.outbox.cli;

import io.eventbus.outbox.DeadFilter;
import io.eventbus.outbox.OutboxAdmin;
import java.sql.SQLException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes dead events. */
@Command(
        name = "discard",
        description = "Deletes dead events, which are never published then; what stood behind them goes on.")
final class DiscardCommand extends DeadChangeCommand {

    @Option(names = "--yes", order = 6, description = "Sure; asked for if more than one is to go.")
    private boolean yes;

    @Override
    String done() {
        return "discarded";
    }

    @Override
    int change(OutboxAdmin admin, List<String> ids) throws SQLException {
        return admin.discard(ids);
    }

    @Override
    int change(OutboxAdmin admin, DeadFilter filter) throws SQLException {
        return admin.discard(filter);
    }

    @Override
    void confirm(long count) {
        if (count > 1 && !yes) {
            throw wrong(count + " events would be deleted for good; add --yes if that is meant");
        }
    }
}
