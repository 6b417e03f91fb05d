package io.eventbus.testkit.broker;

import java.io.IOException;
import java.net.URI;

/** The address in a NATS URL; a list of URLs stands for its first. */
record NatsUrl(String host, int port) {

    private static final int DEFAULT_PORT = 4222;

    static NatsUrl parse(String text) throws IOException {
        String first = text.split(",", -1)[0].strip();
        try {
            URI uri = URI.create(first.contains("://") ? first : "nats://" + first);
            if (uri.getHost() != null) {
                return new NatsUrl(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("Not a NATS URL: " + masked(first), e);
        }
        throw new IOException("No host in the NATS URL " + masked(first));
    }

    /** The text without what stands before an {@code @}: it may hold a password. */
    static String masked(String text) {
        return text.replaceAll("(?<=//|^|,)[^/@,]*@", "***@");
    }
}
