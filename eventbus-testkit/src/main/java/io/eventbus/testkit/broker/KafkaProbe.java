package io.eventbus.testkit.broker;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One question in Kafka's own protocol: who are the brokers? A broker lists itself only once it is registered and not fenced, so
 * its name in the answer means that it takes produce and fetch requests. The request is Metadata, version 4, for no topic (Kafka
 * protocol guide, "Metadata API").
 */
final class KafkaProbe {

    private static final short METADATA = 3;
    private static final short VERSION = 4;
    private static final int CORRELATION = 7;
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int LONGEST_ANSWER = 1 << 20;

    private KafkaProbe() {}

    /** The advertised addresses, {@code host:port} each, that the listener at this address tells its clients. */
    static List<String> brokers(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(Addresses.of(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request());
            return answer(new DataInputStream(socket.getInputStream()));
        }
    }

    private static byte[] request() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        byte[] client = "eventbus-testkit".getBytes(StandardCharsets.UTF_8);
        out.writeShort(METADATA);
        out.writeShort(VERSION);
        out.writeInt(CORRELATION);
        out.writeShort(client.length);
        out.write(client);
        out.writeInt(0); // no topics
        out.writeBoolean(false); // create none
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(framed);
        frame.writeInt(body.size());
        body.writeTo(frame);
        return framed.toByteArray();
    }

    private static List<String> answer(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 12 || size > LONGEST_ANSWER) {
            throw new IOException("Not a Kafka broker: it announces an answer of " + size + " bytes");
        }
        if (in.readInt() != CORRELATION) {
            throw new IOException("Not a Kafka broker: it answers a question nobody asked");
        }
        in.readInt(); // throttle time
        int count = in.readInt();
        List<String> brokers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            in.readInt(); // node id
            String host = string(in);
            brokers.add(host + ":" + in.readInt());
            string(in); // rack
        }
        if (brokers.isEmpty()) {
            throw new IOException("The broker has not joined its cluster yet");
        }
        return brokers;
    }

    private static String string(DataInputStream in) throws IOException {
        int length = in.readShort();
        return length < 0 ? "" : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
