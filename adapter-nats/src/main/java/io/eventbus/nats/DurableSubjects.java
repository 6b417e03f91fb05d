package io.eventbus.nats;

/** The subjects of the server that are about one durable and its stream. */
final class DurableSubjects {

    private static final String ACKNOWLEDGE = "$JS.ACK.";

    private final String stream;
    private final String durable;
    private final String state;
    private final String next;
    private final String read;
    private final String streamState;

    DurableSubjects(String stream, String durable) {
        this.stream = stream;
        this.durable = durable;
        this.state = "$JS.API.CONSUMER.INFO." + stream + "." + durable;
        this.next = "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + durable;
        this.read = "$JS.API.STREAM.MSG.GET." + stream;
        this.streamState = "$JS.API.STREAM.INFO." + stream;
    }

    String stream() {
        return stream;
    }

    String durable() {
        return durable;
    }

    /** Asks for the durable's state. */
    String state() {
        return state;
    }

    /** Asks for messages of the durable. */
    String next() {
        return next;
    }

    /** Asks for a message of the stream by its sequence. */
    String read() {
        return read;
    }

    /** Asks for the state of the stream. */
    String streamState() {
        return streamState;
    }

    /** All acknowledgements of the durable's messages. */
    String acknowledgements() {
        return ACKNOWLEDGE + stream + "." + durable + ".>";
    }

    boolean isAcknowledgement(String subject) {
        return subject.startsWith(ACKNOWLEDGE) && subject.contains("." + stream + "." + durable + ".");
    }

    /** Whether nothing comes any more if this cannot be asked. */
    boolean isNeeded(String subject) {
        return subject.equals(next) || subject.equals(read) || subject.equals(state);
    }
}
