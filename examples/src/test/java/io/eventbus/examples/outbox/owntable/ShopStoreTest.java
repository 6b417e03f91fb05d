package io.eventbus.examples.outbox.owntable;

import io.eventbus.testkit.outbox.OutboxStoreContract;
import io.eventbus.testkit.outbox.StoreUnderTest;

/** The shop's store keeps the contract. */
class ShopStoreTest extends OutboxStoreContract {

    @Override
    protected StoreUnderTest store() throws Exception {
        return new ShopStoreUnderTest(H2.fresh());
    }
}
