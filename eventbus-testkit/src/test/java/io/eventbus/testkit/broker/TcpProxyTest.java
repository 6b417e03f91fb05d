package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.testkit.broker.TcpProxy.Direction;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int QUIET_MILLIS = 250;

    private EchoServer server;
    private TcpProxy proxy;

    @BeforeEach
    void open() throws IOException {
        server = new EchoServer();
        proxy = TcpProxy.to("127.0.0.1", server.port());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void carriesBytesBothWaysAndCountsThem() throws IOException {
        try (Socket client = connect()) {
            assertThat(roundTrip(client, "hello")).isEqualTo("hello");
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(proxy.liveConnections()).isEqualTo(1);
            assertThat(proxy.bytes(Direction.TO_SERVER)).isEqualTo(5);
            await().until(() -> proxy.bytes(Direction.TO_CLIENT) == 5);
        }
        await().until(() -> proxy.liveConnections() == 0);
    }

    @Test
    void handsOnTheEndOfOneDirectionWhileTheOtherGoesOn() throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write("last words".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("last words");
        }
    }

    @Test
    void carriesFiftyMegabytesUnchanged() throws IOException {
        int megabytes = 50;
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i * 31);
        }
        long start = System.nanoTime();
        try (Socket client = connect()) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(client, block, megabytes));
            for (int i = 0; i < megabytes; i++) {
                assertThat(client.getInputStream().readNBytes(block.length)).isEqualTo(block);
            }
            assertThat(writing).succeedsWithin(Duration.ofSeconds(20));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "proxy: %d MB there and back in %.2f s (%.0f MB/s)%n", megabytes, seconds, 2 * megabytes / seconds);
        assertThat(proxy.bytes(Direction.TO_CLIENT)).isEqualTo((long) megabytes << 20);
    }

    @Test
    void cutResetsTheConnectionsThereAreAndServesNewOnes() throws IOException {
        try (Socket first = connect();
                Socket second = connect()) {
            roundTrip(first, "a");
            roundTrip(second, "b");
            proxy.cut();
            assertReset(first);
            assertReset(second);
            assertThat(proxy.liveConnections()).isZero();
            await().until(() -> server.connections() == 0);
        }
        try (Socket next = connect()) {
            assertThat(roundTrip(next, "again")).isEqualTo("again");
        }
    }

    @Test
    void severResetsEveryConnectionUntilRestored() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "a");
            proxy.sever();
            assertReset(client);
            assertThatThrownBy(() -> {
                        try (Socket refused = connect()) {
                            roundTrip(refused, "b");
                        }
                    })
                    .isInstanceOf(IOException.class);
            proxy.restore();
        }
        try (Socket next = connect()) {
            assertThat(roundTrip(next, "c")).isEqualTo("c");
        }
    }

    @Test
    void stallKeepsTheConnectionAndTheBytes() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "a");
            proxy.stall();
            send(client, "waiting");
            assertNothingArrives(client);
            assertThat(proxy.liveConnections()).isEqualTo(1);
            proxy.unstall();
            assertThat(receive(client, 7)).isEqualTo("waiting");
        }
    }

    @Test
    void stallInOneDirectionLetsTheOtherPass() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "a");
            proxy.stall(Direction.TO_CLIENT);
            send(client, "there");
            await().until(() -> proxy.bytes(Direction.TO_SERVER) == 6);
            assertNothingArrives(client);
            proxy.unstall();
            assertThat(receive(client, 5)).isEqualTo("there");
        }
    }

    @Test
    void acceptsConnectionsWhileStalledAndServesThemAfterwards() throws IOException {
        proxy.stall();
        try (Socket client = connect()) {
            send(client, "early");
            assertNothingArrives(client);
            proxy.unstall();
            assertThat(receive(client, 5)).isEqualTo("early");
        }
    }

    @Test
    void swallowedBytesAreLostAndTheConnectionIsResetAfterwards() throws IOException {
        try (Socket client = connect();
                Socket idle = connect()) {
            roundTrip(client, "a");
            roundTrip(idle, "b");
            proxy.swallow(Direction.TO_SERVER);
            send(client, "lost");
            assertNothingArrives(client);
            assertThat(proxy.bytes(Direction.TO_SERVER)).isEqualTo(2);
            proxy.unstall();
            assertReset(client);
            assertThat(roundTrip(idle, "kept")).isEqualTo("kept");
        }
    }

    @Test
    void latencyDelaysEachDirectionAndKeepsTheOrder() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "a");
            proxy.latency(Duration.ofMillis(60), Duration.ofMillis(20));
            long start = System.nanoTime();
            assertThat(roundTrip(client, "slow")).isEqualTo("slow");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                sent.append(i).append(' ');
                send(client, i + " ");
            }
            assertThat(receive(client, sent.length())).isEqualTo(sent.toString());
            proxy.latency(Duration.ZERO);
            assertThat(roundTrip(client, "fast")).isEqualTo("fast");
        }
    }

    @Test
    void resetsClientsWhileTheServerIsNotThere() throws IOException {
        server.close();
        assertThatThrownBy(() -> {
                    try (Socket client = connect()) {
                        roundTrip(client, "a");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void leavesNoThreadBehindAndFreesItsPortWhenClosed() throws IOException {
        int port = proxy.port();
        try (Socket client = connect()) {
            roundTrip(client, "a");
            proxy.close();
            proxy.close();
            assertReset(client);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("tcp-proxy-" + port));
        assertThatThrownBy(() -> proxy.cut())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(Addresses.loopback(0).getAddress(), proxy.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static String roundTrip(Socket socket, String text) throws IOException {
        send(socket, text);
        return receive(socket, text.length());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String receive(Socket socket, int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("Ended after " + bytes.length + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void write(Socket socket, byte[] block, int times) {
        try {
            for (int i = 0; i < times; i++) {
                socket.getOutputStream().write(block);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private static void assertNothingArrives(Socket socket) throws IOException {
        socket.setSoTimeout(QUIET_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }
}
