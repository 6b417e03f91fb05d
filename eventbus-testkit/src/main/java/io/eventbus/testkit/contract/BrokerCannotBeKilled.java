package io.eventbus.testkit.contract;

/** The signal that a behaviour needs a broker that can be killed, and this one cannot be. */
final class BrokerCannotBeKilled extends RuntimeException {

    BrokerCannotBeKilled(String broker) {
        super(broker + " cannot be killed by the kit");
    }
}
