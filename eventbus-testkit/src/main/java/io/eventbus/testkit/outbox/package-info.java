/**
 * The contract of an outbox store: what every implementation of {@link io.eventbus.api.outbox.OutboxStore} must show over its own table.
 *
 * <p>A store proves itself by extending {@link io.eventbus.testkit.outbox.OutboxStoreContract} and handing it a
 * {@link io.eventbus.testkit.outbox.StoreUnderTest}. Every test carries the number of the behaviour it proves.
 */
@NullMarked
package io.eventbus.testkit.outbox;

import org.jspecify.annotations.NullMarked;
