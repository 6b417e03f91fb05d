package io.eventbus.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Module;
import io.eventbus.core.EventBusModule;
import io.eventbus.examples.shared.TwoBrokers;
import io.eventbus.examples.swap.OrderApplication;
import io.eventbus.kafka.KafkaModule;
import io.eventbus.memory.MemoryModule;
import io.eventbus.nats.NatsModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same application on every broker, and two brokers in one process. */
class SwapIT {

    private static RealBrokers brokers;

    @BeforeAll
    static void start() {
        brokers = new RealBrokers();
    }

    @AfterAll
    static void stop() {
        brokers.close();
    }

    @Test
    void theApplicationDoesTheSameOnEveryBroker() throws Exception {
        String expected = "OrderPlaced OrderPaid OrderShipped";
        assertThat(runOn(new MemoryModule())).isEqualTo(expected);
        assertThat(runOn(new NatsModule(brokers.natsConfig()))).isEqualTo(expected);
        assertThat(runOn(new KafkaModule(brokers.kafkaConfig()))).isEqualTo(expected);
    }

    @Test
    void twoBrokersShareOnePairOfPools() throws Exception {
        assertThat(TwoBrokers.run(TwoBrokers.injector(brokers.natsConfig(), brokers.kafkaConfig()), 500))
                .isEqualTo(500);
    }

    private static String runOn(Module adapter) throws InterruptedException {
        return Guice.createInjector(new EventBusModule(), adapter)
                .getInstance(OrderApplication.class)
                .run();
    }
}
