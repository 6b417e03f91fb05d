package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

/**
 * A source of loopback ports for servers that will be killed and come back on the same port. The ports lie below the range the
 * kernel takes for outgoing connections: in that range a client that reconnects to a dead server on loopback can be given the
 * server's own port, connect to itself and keep the server from coming back.
 *
 * <p>Concurrency: static and synchronised; one process never hands out a port twice.
 */
public final class FreePorts {

    private static final int LOWEST = 15_000;
    private static final int KERNEL_DEFAULT = 32_768;
    private static final int ATTEMPTS = 200;
    private static final Set<Integer> GIVEN = new HashSet<>();
    private static final SecureRandom RANDOM = new SecureRandom();

    private FreePorts() {}

    /** A port that was free a moment ago. Who binds it later must be ready to ask for another. */
    public static synchronized int next() throws IOException {
        int end = firstOutgoingPort();
        for (int i = 0; i < ATTEMPTS && end > LOWEST + 1_000; i++) {
            int port = LOWEST + RANDOM.nextInt(end - LOWEST);
            if (!GIVEN.contains(port) && isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
        try (ServerSocket any = new ServerSocket(0, 1, Addresses.loopback(0).getAddress())) {
            return any.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(Addresses.loopback(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** One read takes the whole range: the kernel gives nothing to a second read of such a file. */
    static int firstOutgoingPort() {
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
            byte[] bytes = new byte[128];
            int count = Math.max(0, file.read(bytes));
            String range = new String(bytes, 0, count, StandardCharsets.US_ASCII).strip();
            return Math.min(KERNEL_DEFAULT, Integer.parseInt(range.split("\\s+", -1)[0]));
        } catch (IOException | NumberFormatException e) {
            return KERNEL_DEFAULT; // not Linux, or hidden: its usual value is a good guess
        }
    }
}
