package io.eventbus.testkit.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that asks the cache for an entry which takes a while to fill, and says whether it filled or found it. */
final class CacheRacer {

    private CacheRacer() {}

    public static void main(String[] arguments) throws Exception {
        AtomicBoolean filled = new AtomicBoolean();
        Path entry = new BrokerCache(Path.of(arguments[0])).entry("slow", fresh -> {
            filled.set(true);
            Files.writeString(fresh.resolve("one"), "1");
            new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
            Files.writeString(fresh.resolve("two"), "2");
        });
        boolean whole = Files.readString(entry.resolve("one")).equals("1")
                && Files.readString(entry.resolve("two")).equals("2");
        System.out.println(!whole ? "broken" : filled.get() ? "filled" : "found");
    }
}
