/** The event bus on Kafka: the only package that sees the Kafka clients. */
@NullMarked
package io.eventbus.kafka;

import org.jspecify.annotations.NullMarked;
