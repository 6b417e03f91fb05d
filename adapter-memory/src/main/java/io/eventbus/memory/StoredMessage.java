package io.eventbus.memory;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import org.jspecify.annotations.Nullable;

/** A message as it stands in the log of a partition. */
@SuppressWarnings("ArrayRecordComponent") // handed through by reference; never compared
record StoredMessage(Position position, byte @Nullable [] key, Headers headers, byte @Nullable [] body) {}
