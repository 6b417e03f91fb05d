/**
 * The event bus on NATS JetStream: {@link io.eventbus.nats.NatsTransport} with its {@link io.eventbus.nats.NatsConfig} and, for Guice,
 * {@link io.eventbus.nats.NatsModule}. The only place that sees the NATS client.
 */
@NullMarked
package io.eventbus.nats;

import org.jspecify.annotations.NullMarked;
