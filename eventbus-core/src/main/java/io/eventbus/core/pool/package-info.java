/**
 * Order and concurrency of tasks, and nothing else: this package knows no message, no topic and no broker, so that it can be proved alone.
 *
 * <p>{@link io.eventbus.core.pool.KeyedWorkerPool} runs the tasks of one key one after the other and different keys at the same time;
 * {@link io.eventbus.core.pool.GlobalWorkerPool} runs tasks without order, fairly between its clients. One pair of pools may serve several
 * buses of one process.
 */
@NullMarked
package io.eventbus.core.pool;

import org.jspecify.annotations.NullMarked;
