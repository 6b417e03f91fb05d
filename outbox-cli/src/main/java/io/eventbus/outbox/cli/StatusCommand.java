package io.eventbus.outbox.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventbus.outbox.Backlog;
import io.eventbus.outbox.OutboxAdmin;
import io.eventbus.outbox.ShardStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Shows the shards with their owners, and what is not published. */
@Command(
        name = "status",
        description = "Shows who relays which shard, about how many events are not published yet, how old the oldest"
                + " is, and how many were given up.")
final class StatusCommand extends OutboxCommand {

    @Override
    public Integer call() throws Exception {
        OutboxAdmin admin = admin();
        List<ShardStatus> shards = admin.shards();
        OutboxAdmin.Waiting waiting = admin.waiting();
        Backlog backlog = admin.backlog();
        if (json()) {
            print(json(shards, waiting, backlog));
        } else {
            print(shards);
            print(waiting, backlog);
        }
        return ExitCodes.DONE;
    }

    private void print(List<ShardStatus> shards) {
        PrintWriter out = out();
        out.printf("%-6s %-40s %8s %12s %14s%n", "shard", "owner", "epoch", "lease left", "done through");
        for (ShardStatus shard : shards) {
            boolean owned = !shard.owner().isEmpty();
            out.printf(
                    "%-6d %-40s %8d %12s %14d%n",
                    shard.shard(),
                    owned ? DeadView.clean(shard.owner()) : "nobody",
                    shard.epoch(),
                    lease(shard, owned),
                    shard.doneThrough());
        }
        out.println();
    }

    private static String lease(ShardStatus shard, boolean owned) {
        if (!owned) {
            return "none";
        }
        return shard.leaseMillis() > 0 ? shard.leaseMillis() + " ms" : "over";
    }

    private void print(OutboxAdmin.Waiting waiting, Backlog backlog) {
        PrintWriter out = out();
        out.printf(
                "not published yet: about %d events of the log at most (an estimate: numbers between the lowest position"
                        + " and the last event)%n",
                backlog.atMost());
        out.printf("oldest of them: %s%n", age(backlog.oldestAge()));
        out.printf(
                "failed: %d are tried again, %d are dead, %d stand behind one of their aggregate%n",
                waiting.retrying(), waiting.dead(), waiting.behind());
        out.printf("oldest of these: %s%n", age(backlog.oldestWaitingAge()));
    }

    private static String age(@Nullable Duration age) {
        if (age == null) {
            return "none";
        }
        Duration whole = age.abs();
        String time = "%d d %02d:%02d:%02d"
                .formatted(whole.toDays(), whole.toHoursPart(), whole.toMinutesPart(), whole.toSecondsPart());
        return age.isNegative()
                ? "its own time is " + time + " ahead of the database's clock"
                : time + " ago, by its own time";
    }

    private static ObjectNode json(List<ShardStatus> shards, OutboxAdmin.Waiting waiting, Backlog backlog) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode all = answer.putArray("shards");
        for (ShardStatus shard : shards) {
            all.addObject()
                    .put("shard", shard.shard())
                    .put("owner", shard.owner().isEmpty() ? null : shard.owner())
                    .put("epoch", shard.epoch())
                    .put("leaseMillis", shard.owner().isEmpty() ? 0 : shard.leaseMillis())
                    .put("doneThrough", shard.doneThrough());
        }
        answer.putObject("notPublished")
                .put("estimateAtMost", backlog.atMost())
                .put("oldestAgeMillis", millis(backlog.oldestAge()));
        answer.putObject("failed")
                .put("retrying", waiting.retrying())
                .put("dead", waiting.dead())
                .put("behind", waiting.behind())
                .put("oldestAgeMillis", millis(backlog.oldestWaitingAge()));
        return answer;
    }

    private static @Nullable Long millis(@Nullable Duration age) {
        return age == null ? null : age.toMillis();
    }
}
