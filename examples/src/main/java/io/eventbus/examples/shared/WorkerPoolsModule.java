package io.eventbus.examples.shared;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.eventbus.core.pool.GlobalWorkerPool;
import io.eventbus.core.pool.KeyedWorkerPool;

/** Binds one pair of worker pools for all buses of an injector; the application closes them. */
public final class WorkerPoolsModule extends AbstractModule {

    @Provides
    @Singleton
    KeyedWorkerPool keyedPool() {
        return KeyedWorkerPool.builder().name("shared-keyed").build();
    }

    @Provides
    @Singleton
    GlobalWorkerPool globalPool() {
        return GlobalWorkerPool.builder().name("shared-global").build();
    }
}
