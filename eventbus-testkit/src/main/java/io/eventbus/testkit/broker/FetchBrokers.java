package io.eventbus.testkit.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program that fills the cache of brokers ahead of time, for machines that build without a network later. Arguments: {@code nats}
 * and optionally a suite, or {@code kafka}. It prints the path of the NATS server or of the directory with Kafka's jars on standard
 * output and nothing else there.
 */
public final class FetchBrokers {

    private static final String USAGE = "usage: FetchBrokers nats [suite] | kafka";

    private FetchBrokers() {}

    /** Runs the program; exit status 0 if what was asked for is in the cache, 1 if it cannot be had, 2 for wrong arguments. */
    public static void main(String[] arguments) {
        int status;
        try {
            status = run(arguments);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            status = 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            status = 1;
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String... arguments) throws IOException, InterruptedException {
        String broker = arguments.length == 0 ? "" : arguments[0];
        Path path;
        if (broker.equals("nats") && arguments.length <= 2) {
            path = NatsWays.fetch(
                    arguments.length == 2 ? Optional.of(arguments[1]) : BrokerSettings.find(NatsWays.SUITE));
        } else if (broker.equals("kafka") && arguments.length == 1) {
            path = KafkaWays.fetch();
        } else {
            System.err.println(USAGE);
            return 2;
        }
        System.out.println(path);
        return 0;
    }
}
