package io.eventbus.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run of one decoder over inputs that are broken or lie. An input is a sample with a few mutations, decided by the seed and its number alone.
 * The run fails if anything but the typed error escapes, if an input costs more memory than its size allows or more than a second of CPU,
 * or if the decoder hangs; the message says how to run that one input again, and its text form is in {@code target/fuzz}.
 *
 * <p>System properties: {@code fuzz.seed} (else random if {@code fuzz.inputs} is given, and always the same if not, so that a
 * build does not depend on chance; printed), {@code fuzz.inputs} (how many, else what the test says), {@code fuzz.input} (the
 * number of the only one to run).
 *
 * <p>Concurrency: configured and run by one thread; the decoder runs on a thread of the run, so that a hang can be told.
 */
public final class Fuzzer {

    private static final long USUAL_SEED = 20_261_122;

    /** A decoder under test. */
    @FunctionalInterface
    public interface Decoder {
        /**
         * Decodes the input and checks what must hold of the result.
         *
         * @return whether the input was accepted
         */
        boolean decode(FuzzInput input) throws Exception;
    }

    /**
     * What a run did.
     *
     * @param accepted inputs that were decoded
     * @param refused inputs that were refused with the typed error
     * @param mostAllocated the most bytes one input made the decoder allocate
     */
    public record Result(long accepted, long refused, long mostAllocated) {}

    private static final int BATCH = 1_000;
    private static final Duration BATCH_LIMIT = Duration.ofSeconds(60);
    private static final long CPU_LIMIT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final List<String> words = new ArrayList<>();
    private final List<byte[]> dictionary = new ArrayList<>();
    private Function<Random, FuzzInput> samples = random -> FuzzInput.of("");
    private Class<? extends Exception> typed = NothingAllowed.class;
    private long fixedBytes = 256 * 1024;
    private long bytesPerByte = 16;
    private boolean mutatesHeaders = true;

    private long accepted;
    private long refused;
    private long mostAllocated;
    private long cpuNanos;
    private String most = "none";
    private volatile long current;

    private Fuzzer(String name) {
        this.name = name;
    }

    /** A run of the decoder of that name, which is also the name of its corpus. */
    public static Fuzzer of(String name) {
        return new Fuzzer(name);
    }

    /** Where valid inputs come from: a function of the random numbers only. */
    public Fuzzer samples(Function<Random, FuzzInput> value) {
        samples = value;
        return this;
    }

    /** Names and values that mean something to the decoder. */
    public Fuzzer words(String... values) {
        words.addAll(List.of(values));
        words.forEach(word -> dictionary.add(word.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** The typed error, the only thing that may escape; without one nothing may. */
    public Fuzzer refusesWith(Class<? extends Exception> value) {
        typed = value;
        return this;
    }

    /** The most bytes that an input may make the decoder allocate: so many, and so many more for each byte of the input. */
    public Fuzzer allocatesAtMost(long fixed, long perByte) {
        fixedBytes = fixed;
        bytesPerByte = perByte;
        return this;
    }

    /** Leaves headers and key alone: the decoder sees the body only. */
    public Fuzzer bodyOnly() {
        mutatesHeaders = false;
        return this;
    }

    /** Runs so many inputs unless a property says otherwise. */
    public Result run(int inputs, Decoder decoder) {
        long seed =
                Long.getLong("fuzz.seed", Long.getLong("fuzz.inputs") == null ? USUAL_SEED : new Random().nextLong());
        Long only = Long.getLong("fuzz.input");
        long first = only == null ? 0 : only;
        long end = only == null ? Long.getLong("fuzz.inputs", inputs) : only + 1;
        System.out.println("fuzz " + name + ": seed " + seed);
        long from = first;
        while (from < end) {
            long begin = from;
            long stop = Math.min(end, begin + BATCH);
            onThread("inputs from " + begin + " with -Dfuzz.seed=" + seed, () -> {
                for (long i = begin; i < stop; i++) {
                    current = i;
                    tryOne(input(seed, i), decoder, "-Dfuzz.seed=" + seed + " -Dfuzz.input=" + i);
                }
            });
            from = stop;
        }
        System.out.printf(
                "fuzz %s: %d inputs in %d ms of CPU, %d accepted, %d refused, at most %d KiB allocated, by %s bytes%n",
                name,
                end - first,
                TimeUnit.NANOSECONDS.toMillis(cpuNanos),
                accepted,
                refused,
                mostAllocated / 1024,
                most);
        return new Result(accepted, refused, mostAllocated);
    }

    /**
     * Runs the inputs in the resource folder {@code fuzz/NAME} of the tests.
     *
     * @return how many there are
     */
    public int replay(Class<?> test, Decoder decoder) {
        List<Path> corpus = corpus(test);
        onThread("the corpus", () -> {
            for (Path file : corpus) {
                String text = Files.readString(file, StandardCharsets.US_ASCII);
                tryOne(FuzzInput.parse(text), decoder, "file " + file.getFileName());
            }
        });
        return corpus.size();
    }

    private List<Path> corpus(Class<?> test) {
        URL folder = test.getResource("/fuzz/" + name);
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the corpus of " + name + " cannot be listed", e);
        }
    }

    private FuzzInput input(long seed, long number) {
        // Multiplying by a large odd number keeps the generators of neighbouring inputs apart.
        Random random = new Random(seed ^ (number + 1) * 0x9E3779B97F4A7C15L);
        FuzzInput input = samples.apply(random);
        ByteMutations bytes = new ByteMutations(random, dictionary);
        HeaderMutations headers = new HeaderMutations(random, words);
        // Some stay as they are: what is valid has to be accepted in between.
        for (int i = random.nextInt(5); i > 0; i--) {
            FuzzInput other = samples.apply(random);
            input = switch (mutatesHeaders ? random.nextInt(10) : 9) {
                case 0 -> new FuzzInput(input.headers(), key(random, other), input.body());
                case 1, 2, 3, 4 ->
                    bounded(
                            new FuzzInput(headers.mutate(input.headers(), other.headers()), input.key(), input.body()),
                            input);
                case 5 -> random.nextInt(10) == 0 ? new FuzzInput(input.headers(), input.key(), null) : input;
                default -> new FuzzInput(input.headers(), input.key(), bytes.mutate(input.bytes(), other.bytes()));
            };
        }
        return input;
    }

    /** No broker takes more than some megabytes: what has grown beyond them stays as it was. */
    private static FuzzInput bounded(FuzzInput grown, FuzzInput before) {
        return grown.size() > 4L * ByteMutations.MAX_BYTES ? before : grown;
    }

    private static byte @Nullable [] key(Random random, FuzzInput other) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> other.key();
            default -> {
                byte[] key = new byte[1 + random.nextInt(40)];
                random.nextBytes(key);
                yield key;
            }
        };
    }

    private void tryOne(FuzzInput input, Decoder decoder, String replay) {
        long allowed = fixedBytes + bytesPerByte * input.size();
        try {
            Cost cost = cost(input, decoder);
            if (cost.tooMuch(allowed)) {
                cost = cost(input, decoder); // the first use of a class allocates too
            }
            if (cost.tooMuch(allowed)) {
                throw new AssertionError("it allocated " + cost.bytes + " bytes, " + allowed + " are allowed for its "
                        + input.size() + ", and took " + cost.cpuNanos / 1_000 + " µs of CPU");
            }
            cpuNanos += cost.cpuNanos;
            if (cost.bytes > mostAllocated) {
                mostAllocated = cost.bytes;
                most = replay + " of " + input.size();
            }
            if (cost.accepted) {
                accepted++;
            } else {
                refused++;
            }
        } catch (Throwable escaped) { // an Error is the finding this is for
            throw new AssertionError(
                    "decoder " + name + ": " + escaped + "; replay with " + replay + ", saved as "
                            + saved(input, replay),
                    escaped);
        }
    }

    private Cost cost(FuzzInput input, Decoder decoder) throws Exception {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        boolean taken;
        try {
            taken = decoder.decode(input);
        } catch (Exception e) {
            if (!typed.isInstance(e)) {
                throw e;
            }
            taken = false;
        }
        return new Cost(
                taken, THREADS.getCurrentThreadAllocatedBytes() - bytes, THREADS.getCurrentThreadCpuTime() - cpu);
    }

    private Path saved(FuzzInput input, String replay) {
        Path file = Path.of(
                "target", "fuzz", name, Integer.toHexString(input.toText().hashCode()) + ".txt");
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, "# " + replay + "\n" + input.toText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the work on a thread of its own, which is given up with its stack shown if it takes too long. */
    private void onThread(String what, Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (Throwable e) { // handed to the thread that waits
                        done.completeExceptionally(e);
                    }
                },
                "fuzz-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            done.get(BATCH_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            AssertionError hang = new AssertionError("decoder " + name + " hangs: " + what + ", at input " + current);
            hang.setStackTrace(thread.getStackTrace());
            throw hang;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AssertionError found ? found : new AssertionError(what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted at " + what, e);
        }
    }

    private record Cost(boolean accepted, long bytes, long cpuNanos) {

        boolean tooMuch(long allowed) {
            return bytes > allowed || cpuNanos > CPU_LIMIT_NANOS;
        }
    }

    /** Work that may fail with anything. */
    private interface Work {
        void run() throws Exception;
    }

    /** Stands for "no exception at all". */
    private static final class NothingAllowed extends Exception {}
}
