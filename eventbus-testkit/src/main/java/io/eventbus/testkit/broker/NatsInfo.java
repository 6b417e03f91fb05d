package io.eventbus.testkit.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a NATS server says in the INFO line it greets every connection with. */
record NatsInfo(String version, boolean jetStream) {

    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern JETSTREAM = Pattern.compile("\"jetstream\"\\s*:\\s*true");
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int LONGEST_LINE = 64 * 1024;

    /** Connects, reads the greeting and hangs up. */
    static NatsInfo ask(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(Addresses.of(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return parse(firstLine(socket.getInputStream()));
        }
    }

    static NatsInfo parse(String line) throws IOException {
        Matcher version = VERSION.matcher(line);
        if (!line.startsWith("INFO ") || !version.find()) {
            throw new IOException(
                    "Not a NATS server; it greets with: " + line.substring(0, Math.min(120, line.length())));
        }
        return new NatsInfo(version.group(1), JETSTREAM.matcher(line).find());
    }

    private static String firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0 && next != '\n' && line.size() < LONGEST_LINE) {
            line.write(next);
            next = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
