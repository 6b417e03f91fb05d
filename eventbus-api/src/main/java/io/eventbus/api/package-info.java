/**
 * What an application sees: it publishes {@link io.eventbus.api.Envelope envelopes} to {@link io.eventbus.api.Topic topics}
 * and subscribes handlers to them. No type here starts a thread or does I/O, and none names a broker.
 *
 * <p>Everything is {@code @NullMarked}: what may be null says so.
 */
@NullMarked
package io.eventbus.api;

import org.jspecify.annotations.NullMarked;
