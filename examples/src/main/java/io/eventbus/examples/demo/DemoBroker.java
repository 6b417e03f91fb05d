package io.eventbus.examples.demo;

import com.google.inject.Module;
import io.eventbus.kafka.KafkaConfig;
import io.eventbus.kafka.KafkaModule;
import io.eventbus.memory.MemoryBroker;
import io.eventbus.memory.MemoryModule;
import io.eventbus.nats.NatsConfig;
import io.eventbus.nats.NatsModule;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.KafkaServerOptions;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.TcpProxy;

/**
 * A broker of the demo with the module that connects an application to it. This is all that differs between the runs.
 *
 * <p>With faults the application connects through a proxy, so that its connections can be cut.
 */
sealed interface DemoBroker extends AutoCloseable {

    /** The brokers to choose from. */
    enum Kind {
        MEMORY,
        NATS,
        KAFKA
    }

    static DemoBroker start(Kind kind, boolean faults) {
        return switch (kind) {
            case MEMORY -> new Memory(new MemoryBroker());
            case NATS -> Nats.start(faults);
            case KAFKA -> Kafka.start(faults);
        };
    }

    String name();

    String version();

    Module module();

    /** Ends the broker as a power cut would, and starts it again with its data. */
    void killAndRestart();

    /** Cuts the application's connections, with what is in them. */
    void cut();

    @Override
    void close();

    /** The broker inside this process. */
    record Memory(MemoryBroker broker) implements DemoBroker {
        @Override
        public String name() {
            return "memory";
        }

        @Override
        public String version() {
            return "in process";
        }

        @Override
        public Module module() {
            return new MemoryModule(broker);
        }

        @Override
        public void killAndRestart() {
            broker.kill();
            broker.restart();
        }

        @Override
        public void cut() {
            killAndRestart();
        }

        @Override
        public void close() {
            broker.close();
        }
    }

    /** A NATS server with JetStream. */
    record Nats(NatsServer server, String url, Runnable cutter, Runnable closer) implements DemoBroker {

        static Nats start(boolean faults) {
            NatsServer server = NatsServer.start();
            if (!faults) {
                return new Nats(server, server.url(), () -> {}, () -> {});
            }
            TcpProxy proxy = TcpProxy.to(server.host(), server.port());
            return new Nats(server, "nats://127.0.0.1:" + proxy.port(), proxy::cut, proxy::close);
        }

        @Override
        public String name() {
            return "nats";
        }

        @Override
        public String version() {
            return server.version();
        }

        @Override
        public Module module() {
            return new NatsModule(NatsConfig.builder().servers(url).build());
        }

        @Override
        public void killAndRestart() {
            server.kill();
            server.restart();
        }

        @Override
        public void cut() {
            cutter.run();
        }

        @Override
        public void close() {
            closer.run();
            server.close();
        }
    }

    /** A Kafka broker. */
    record Kafka(KafkaServer server, String bootstrap, Runnable cutter) implements DemoBroker {

        static Kafka start(boolean faults) {
            if (!faults) {
                KafkaServer server = KafkaServer.start();
                return new Kafka(server, server.bootstrapServers(), () -> {});
            }
            KafkaServer server = KafkaServer.start(KafkaServerOptions.proxiedListeners(1));
            return new Kafka(server, server.bootstrapServers(0), server.link(0)::cut);
        }

        @Override
        public String name() {
            return "kafka";
        }

        @Override
        public String version() {
            return server.version();
        }

        @Override
        public Module module() {
            return new KafkaModule(
                    KafkaConfig.builder().bootstrapServers(bootstrap).build());
        }

        @Override
        public void killAndRestart() {
            server.kill();
            server.restart();
        }

        @Override
        public void cut() {
            cutter.run();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
