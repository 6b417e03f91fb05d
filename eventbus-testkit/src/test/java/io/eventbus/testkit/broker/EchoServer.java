package io.eventbus.testkit.broker;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server that sends back what it gets; a thread per connection. */
final class EchoServer implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    EchoServer() throws IOException {
        this.listener =
                new ServerSocket(FreePorts.next(), 50, Addresses.loopback(0).getAddress());
        daemon(this::serve);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                daemon(() -> echo(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // reset by the proxy
        } finally {
            sockets.remove(socket);
        }
    }

    int connections() {
        return sockets.size();
    }

    private static void daemon(Runnable action) {
        Thread thread = new Thread(action, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
