package io.eventbus.testkit.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** A maker of socket addresses. */
final class Addresses {

    private Addresses() {}

    /** A port of 127.0.0.1, whatever family the JVM prefers. */
    static InetSocketAddress loopback(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Four bytes are an address", e);
        }
    }

    /** A host's first address; brokers of tests have one. */
    @SuppressWarnings("AddressSelection")
    static InetSocketAddress of(String host, int port) {
        return new InetSocketAddress(host, port);
    }
}
