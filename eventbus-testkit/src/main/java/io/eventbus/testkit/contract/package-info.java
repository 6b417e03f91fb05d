/**
 * The contract kit: what every adapter must show, as tests that run against its real broker.
 *
 * <p>An adapter proves itself by extending {@link io.eventbus.testkit.contract.AdapterContract} and handing it a
 * {@link io.eventbus.testkit.contract.BrokerUnderTest}. Every test carries the number of the behaviour it proves. There is one class per
 * section of the contract; a section grows by methods, the kit by sections.
 */
@NullMarked
package io.eventbus.testkit.contract;

import org.jspecify.annotations.NullMarked;
