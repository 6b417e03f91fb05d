package io.eventbus.core.consume;

import io.eventbus.api.DecodingException;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Payload;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.PayloadTranscoder;
import io.eventbus.core.wire.WireCodec;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a subscription does with a message once a worker has it: how it is decoded, who handles it and which failures are final.
 *
 * <p>Concurrency: immutable, called from many workers at once.
 */
record Handling(SubscriptionSpec spec, EventHandler handler, WireCodec codec, List<PayloadTranscoder> transcoders) {

    private static final Logger LOG = LoggerFactory.getLogger(Handling.class);

    /** @throws DecodingException if the message is not an event, or not in a content type that the subscription takes */
    Envelope decode(InboundMessage message) {
        Envelope envelope = codec.decode(message);
        String wanted = spec.acceptContentType();
        if (wanted == null
                || envelope.payload() == null
                || mediaType(wanted).equals(mediaType(envelope.contentType()))) {
            return envelope;
        }
        return transcode(envelope, wanted, envelope.payload());
    }

    boolean isTerminal(Throwable thrown) {
        try {
            return spec.retryPolicy().terminal().test(thrown);
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: the retry policy's test for terminal failures threw; taken as not terminal", spec, e);
            return false;
        }
    }

    private Envelope transcode(Envelope envelope, String wanted, Payload payload) {
        String given = mediaType(envelope.contentType());
        for (PayloadTranscoder transcoder : transcoders) {
            if (mediaType(transcoder.from()).equals(given)
                    && mediaType(transcoder.to()).equals(mediaType(wanted))) {
                try {
                    return envelope.toBuilder()
                            .contentType(wanted)
                            .payload(transcoder.transcode(payload))
                            .build();
                } catch (RuntimeException e) {
                    throw new DecodingException(
                            "event " + envelope.eventId() + " on " + spec.topic() + " cannot be transcoded from "
                                    + given + " to " + wanted,
                            e);
                }
            }
        }
        throw new DecodingException("event " + envelope.eventId() + " on " + spec.topic() + " is " + given + " but "
                + spec + " takes " + wanted + "; register a transcoder between the two");
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .trim()
                .toLowerCase(Locale.ROOT);
    }
}
