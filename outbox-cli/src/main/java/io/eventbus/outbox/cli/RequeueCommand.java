package io.eventbus.outbox.cli;

import io.eventbus.outbox.DeadFilter;
import io.eventbus.outbox.OutboxAdmin;
import java.sql.SQLException;
import java.util.List;
import picocli.CommandLine.Command;

/** Has dead events published after all. */
@Command(
        name = "requeue",
        description =
                "Has dead events published after all, before everything that came after them of their aggregates.")
final class RequeueCommand extends DeadChangeCommand {

    @Override
    String done() {
        return "requeued";
    }

    @Override
    int change(OutboxAdmin admin, List<String> ids) throws SQLException {
        return admin.requeue(ids);
    }

    @Override
    int change(OutboxAdmin admin, DeadFilter filter) throws SQLException {
        return admin.requeue(filter);
    }

    @Override
    void confirm(long count) {
        // What fails again is dead again, so nothing is lost.
    }
}
