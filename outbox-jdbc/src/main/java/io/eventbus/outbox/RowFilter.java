package io.eventbus.outbox;

import java.util.List;

/**
 * A condition on rows of a table, with the texts of its parameters in order.
 *
 * @param sql what follows {@code where}
 */
record RowFilter(String sql, List<String> texts) {

    /** The dead ones with these event ids, which are at most so many as fit into one list. */
    static RowFilter deadWithIds(List<String> eventIds) {
        return new RowFilter(
                "state = 'D' and event_id in (" + WaitingTable.parameters(eventIds.size()) + ")", eventIds);
    }
}
