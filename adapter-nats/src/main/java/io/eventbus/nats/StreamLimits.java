package io.eventbus.nats;

import java.time.Duration;

/** What a stream that we make looks like. */
record StreamLimits(
        NatsConfig.Storage storage,
        NatsConfig.Discard discard,
        int replicas,
        long maxBytes,
        long maxMessages,
        Duration maxAge,
        Duration duplicateWindow) {}
