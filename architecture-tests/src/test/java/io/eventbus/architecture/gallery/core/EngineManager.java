package io.eventbus.architecture.gallery.core;

import com.google.inject.Inject;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.logging.Logger;

/** Habits that are not wanted, one each. */
public class EngineManager {

    @Inject
    Connection connection;

    /** A getter that prints, sleeps, logs elsewhere, uses the common pool and waits. */
    public synchronized int getNumber() throws InterruptedException, ExecutionException {
        Thread.sleep(1);
        Logger.getLogger("elsewhere").info("hello");
        System.out.println("hello");
        CompletableFuture<Integer> number = CompletableFuture.supplyAsync(
                        () -> List.of(1).parallelStream().count())
                .thenApply(Long::intValue);
        return number.join() + number.get();
    }
}
