package io.eventbus.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/** Predicates over the methods that a class calls. */
final class Calls {

    private static final Set<String> JOINS = Set.of("join", "get");

    private static final List<BlockingMethods> BLOCKING = List.of(
            new BlockingMethods(Object.class, Set.of("wait")),
            new BlockingMethods(CountDownLatch.class, Set.of("await")),
            new BlockingMethods(CyclicBarrier.class, Set.of("await")),
            new BlockingMethods(Condition.class, Set.of("await", "awaitNanos", "awaitUninterruptibly", "awaitUntil")),
            new BlockingMethods(Semaphore.class, Set.of("acquire", "acquireUninterruptibly")),
            new BlockingMethods(BlockingQueue.class, Set.of("put", "take")),
            new BlockingMethods(ExecutorService.class, Set.of("awaitTermination", "invokeAll", "invokeAny")),
            new BlockingMethods(LockSupport.class, Set.of("park", "parkNanos", "parkUntil")));

    private Calls() {}

    /** Thread.sleep, in any form. */
    static DescribedPredicate<JavaAccess<?>> toSleep() {
        return DescribedPredicate.describe(
                "Thread.sleep or TimeUnit.sleep",
                access -> access.getName().equals("sleep")
                        && (access.getTargetOwner().isAssignableTo(Thread.class)
                                || access.getTargetOwner().isAssignableTo(java.util.concurrent.TimeUnit.class)));
    }

    /** Everything that waits for the outcome of a future. */
    static DescribedPredicate<JavaAccess<?>> toAwaitFuture() {
        return DescribedPredicate.describe(
                "Future.get or CompletableFuture.join",
                access -> isFuture(access.getTargetOwner()) && JOINS.contains(access.getName()));
    }

    /** Waiting for a future without an end to the wait. */
    static DescribedPredicate<JavaAccess<?>> toAwaitFutureForEver() {
        return DescribedPredicate.describe(
                "Future.get or CompletableFuture.join without a time limit",
                access ->
                        toAwaitFuture().test(access) && !access.getDescription().contains("TimeUnit"));
    }

    /** Joining a thread. */
    static DescribedPredicate<JavaAccess<?>> toJoinThread() {
        return DescribedPredicate.describe(
                "Thread.join",
                access -> access.getName().equals("join")
                        && access.getTargetOwner().isAssignableTo(Thread.class));
    }

    /** Sleeping, joining, awaiting, parking. */
    static DescribedPredicate<JavaAccess<?>> toBlock() {
        return DescribedPredicate.describe(
                "a blocking method",
                access -> toSleep().test(access)
                        || toAwaitFuture().test(access)
                        || toJoinThread().test(access)
                        || BLOCKING.stream().anyMatch(methods -> methods.include(access)));
    }

    private static boolean isFuture(JavaClass owner) {
        return owner.isAssignableTo(Future.class);
    }

    /** Methods of a type that block. */
    private record BlockingMethods(Class<?> owner, Set<String> names) {

        boolean include(JavaAccess<?> access) {
            boolean named = names.contains(access.getName());
            return named && (owner == Object.class || access.getTargetOwner().isAssignableTo(owner));
        }
    }
}
