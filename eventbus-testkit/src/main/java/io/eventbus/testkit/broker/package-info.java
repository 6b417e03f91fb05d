/**
 * Fixtures that give tests, demos and benchmarks a real broker on a machine where none was set up: {@link
 * io.eventbus.testkit.broker.NatsServer} and {@link io.eventbus.testkit.broker.KafkaServer} find or start one, {@link
 * io.eventbus.testkit.broker.TcpProxy} stands in front of it and spoils the network. The other public types are what these fixtures and
 * those of {@code io.eventbus.testkit.database} are made of: processes on a leash, ports, the cache of downloads.
 */
@NullMarked
package io.eventbus.testkit.broker;

import org.jspecify.annotations.NullMarked;
