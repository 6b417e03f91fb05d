package io.eventbus.testkit.broker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of one Kafka broker, fixed for its life: one listener for clients, one for its controller, and one behind each
 * proxy.
 */
record KafkaPorts(int client, int controller, List<Integer> behindLinks, List<TcpProxy> links) {

    static final String LOOPBACK = "127.0.0.1";

    /** What stands for the ports of a broker that somebody else runs. */
    static KafkaPorts ofExternal(int client) {
        return new KafkaPorts(client, 0, List.of(), List.of());
    }

    /** Picks free ports and opens the proxies, which wait for the broker. */
    static KafkaPorts open(int proxied) throws IOException {
        List<Integer> targets = new ArrayList<>();
        List<TcpProxy> proxies = new ArrayList<>();
        for (int i = 0; i < proxied; i++) {
            int target = FreePorts.next();
            targets.add(target);
            proxies.add(TcpProxy.to(LOOPBACK, target));
        }
        return new KafkaPorts(FreePorts.next(), FreePorts.next(), List.copyOf(targets), List.copyOf(proxies));
    }

    /** {@code listeners} of server.properties. */
    String listeners(String bindAddress) {
        StringBuilder text = new StringBuilder("CLIENT://" + bindAddress + ":" + client);
        text.append(",CONTROLLER://").append(bindAddress).append(':').append(controller);
        for (int i = 0; i < behindLinks.size(); i++) {
            text.append(',')
                    .append(linkName(i))
                    .append("://")
                    .append(bindAddress)
                    .append(':')
                    .append(behindLinks.get(i));
        }
        return text.toString();
    }

    /** {@code advertised.listeners} of server.properties: a client that came through a proxy is told the proxy. */
    String advertised() {
        StringBuilder text = new StringBuilder("CLIENT://" + LOOPBACK + ":" + client);
        for (int i = 0; i < links.size(); i++) {
            text.append(',')
                    .append(linkName(i))
                    .append("://")
                    .append(LOOPBACK)
                    .append(':')
                    .append(links.get(i).port());
        }
        return text.toString();
    }

    /** The listener's name behind the proxy of that index. */
    static String linkName(int index) {
        return "LINK" + index;
    }

    void closeLinks() {
        links.forEach(TcpProxy::close);
    }
}
