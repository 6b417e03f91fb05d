package io.eventbus.examples.demo;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.outbox.Outbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that changes its orders and appends what happened to them, in one transaction each. Some transactions are rolled back at their end; the same is
 * then done again, under new event ids, until it is committed.
 *
 * <p>Concurrency: runs on one thread and is used once; {@code stop} is looked at between transactions.
 */
final class OrderWriter implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(OrderWriter.class);
    private static final int MOST_TRIES = 5;
    private static final String INSERT = "insert into orders (id, name, version) values (?, ?, ?)";
    private static final String UPDATE = "update orders set name = ?, version = ? where id = ? and version = ?";

    /**
     * What all writers of a run share.
     *
     * @param rolledBack numbers the transactions that are rolled back
     * @param committed called after each commit
     * @param stop asks them to end
     */
    record Shared(
            Workload workload,
            List<Topic> topics,
            EventIds ids,
            CommitBook book,
            DataSource database,
            Outbox outbox,
            AtomicInteger rolledBack,
            Runnable committed,
            AtomicBoolean stop) {}

    private final Shared shared;
    private final List<int[]> transactions;
    private final double rollbackRate;
    private final Random random;
    private final Map<Integer, Integer> versions = new HashMap<>();
    private volatile boolean broken;

    OrderWriter(Shared shared, List<int[]> transactions, double rollbackRate, long seed) {
        this.shared = shared;
        this.transactions = transactions;
        this.rollbackRate = rollbackRate;
        this.random = new Random(seed);
    }

    /** Whether it ended before its time. */
    boolean isBroken() {
        return broken;
    }

    @Override
    public void run() {
        try {
            for (int[] transaction : transactions) {
                while (random.nextDouble() < rollbackRate && !shared.stop.get()) {
                    rollBack(transaction);
                }
                if (shared.stop.get()) {
                    return;
                }
                commit(transaction);
            }
        } catch (SQLException | RuntimeException e) {
            broken = true;
            LOG.error("a writer of orders gives up", e);
        }
    }

    private void rollBack(int[] indices) throws SQLException {
        try (Connection connection = shared.database.getConnection()) {
            int number = shared.rolledBack.incrementAndGet();
            connection.setAutoCommit(false);
            try {
                change(connection, indices);
                append(connection, indices, number);
            } finally {
                connection.rollback();
            }
        }
        shared.book.rolledBack(indices.length);
    }

    private void commit(int[] indices) throws SQLException {
        try (Connection connection = shared.database.getConnection()) {
            connection.setAutoCommit(false);
            write(connection, indices);
            shared.book.committing(indices);
            connection.commit();
        }
        shared.book.committed(indices);
        versions.merge(shared.workload.events().get(indices[0]).aggregate(), indices.length, Integer::sum);
        shared.committed.run();
    }

    /** All but the commit. What a database refuses for reasons of its own, as every database may, is done again, as a service would. */
    private void write(Connection connection, int[] indices) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                change(connection, indices);
                append(connection, indices, 0);
                return;
            } catch (SQLException e) {
                connection.rollback();
                if (tries == MOST_TRIES) {
                    throw e;
                }
                LOG.warn("the database refused a transaction, which is tried again", e);
            }
        }
    }

    private void change(Connection connection, int[] indices) throws SQLException {
        DemoEvent first = shared.workload.events().get(indices[0]);
        int version = versions.getOrDefault(first.aggregate(), 0);
        try (PreparedStatement statement = connection.prepareStatement(version == 0 ? INSERT : UPDATE)) {
            if (version == 0) {
                statement.setInt(1, first.aggregate());
                statement.setString(2, first.aggregateId());
                statement.setInt(3, indices.length);
            } else {
                statement.setString(1, first.aggregateId());
                statement.setInt(2, version + indices.length);
                statement.setInt(3, first.aggregate());
                statement.setInt(4, version);
            }
            if (statement.executeUpdate() != 1) {
                throw new IllegalStateException("order " + first.aggregateId() + " has not version " + version);
            }
        }
    }

    /** @param rollback the number of the transaction if it is going to be rolled back, else 0 */
    private void append(Connection connection, int[] indices, int rollback) throws SQLException {
        List<Envelope> envelopes = new ArrayList<>(indices.length);
        for (int i = 0; i < indices.length; i++) {
            String id = rollback == 0 ? shared.ids.of(indices[i]) : shared.ids.ofRolledBack(rollback, i);
            envelopes.add(shared.workload.events().get(indices[i]).envelope(id));
        }
        Topic topic = shared.topics.get(shared.workload.events().get(indices[0]).topic());
        shared.outbox.append(connection, topic, envelopes);
    }
}
