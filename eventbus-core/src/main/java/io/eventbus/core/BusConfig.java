package io.eventbus.core;

import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Settings;
import io.eventbus.core.publish.WhenFull;
import io.eventbus.core.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings of a bus that do not depend on the broker. Immutable.
 *
 * @param name the name of the bus, for threads and logs
 * @param maxInFlight how many publishes may be without an acknowledgement
 * @param maxInFlightBytes how many bytes these may have in all
 * @param whenFull whether a publish waits for a place or fails when a limit is reached
 * @param maxBlock how long a publish waits for a place or for its topic
 * @param deliveryTimeout how long a publish may take in all, re-sends included
 * @param wireFormat how events are written; both forms are read
 * @param compression how bodies are compressed; left to the client where that compresses by itself
 * @param compressionThreshold the smallest body that is compressed, in bytes
 * @param maxDecompressedBytes the largest body that is decompressed; larger ones are undecodable
 * @param maxPayloadBytes the largest payload that may be published; 0 for what the broker takes
 * @param callbackThreads how many threads run callbacks
 * @param keyedWorkers the size of the bus's own keyed pool; 0 for cores × 2
 * @param globalWorkers the size of the bus's own global pool; 0 for cores × 2
 * @param requires what the application relies on; the start is refused where the broker cannot give it
 */
public record BusConfig(
        String name,
        int maxInFlight,
        long maxInFlightBytes,
        WhenFull whenFull,
        Duration maxBlock,
        Duration deliveryTimeout,
        WireFormat wireFormat,
        Compression compression,
        int compressionThreshold,
        long maxDecompressedBytes,
        long maxPayloadBytes,
        int callbackThreads,
        int keyedWorkers,
        int globalWorkers,
        Set<Capability> requires) {

    /** The prefix of the keys that {@link #from} reads. */
    public static final String PREFIX = "eventbus.bus.";

    /** Every setting at its default. */
    public static final BusConfig DEFAULT = builder().build();

    /** @throws ConfigurationException if a value is out of range; it lists all that are */
    public BusConfig {
        requires = Set.copyOf(requires);
        List<String> problems = new ArrayList<>();
        check(problems, !name.isBlank() && name.length() <= 64, "name must have 1 to 64 characters");
        check(
                problems,
                maxInFlight >= 1 && maxInFlight <= 1_000_000,
                "max-in-flight must be in 1 ... 1000000, is " + maxInFlight);
        check(problems, maxInFlightBytes >= 1, "max-in-flight-bytes must be at least 1, is " + maxInFlightBytes);
        check(
                problems,
                inRange(maxBlock, 100),
                "max-block must be in 100 ms ... 1 day, is " + maxBlock
                        + "; to not wait for a place set when-full=fail");
        check(
                problems,
                inRange(deliveryTimeout, 10),
                "delivery-timeout must be in 10 ms ... 1 day, is " + deliveryTimeout);
        check(
                problems,
                compressionThreshold >= 0,
                "compression-threshold must not be negative, is " + compressionThreshold);
        check(
                problems,
                maxDecompressedBytes >= 1024,
                "max-decompressed-bytes must be at least 1024, is " + maxDecompressedBytes);
        check(problems, maxPayloadBytes >= 0, "max-payload-bytes must not be negative, is " + maxPayloadBytes);
        check(
                problems,
                callbackThreads >= 1 && callbackThreads <= 64,
                "callback-threads must be in 1 ... 64, is " + callbackThreads);
        check(
                problems,
                keyedWorkers >= 0 && keyedWorkers <= 10_000,
                "keyed-workers must be in 0 ... 10000, is " + keyedWorkers);
        check(
                problems,
                globalWorkers >= 0 && globalWorkers <= 10_000,
                "global-workers must be in 0 ... 10000, is " + globalWorkers);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** A builder with every setting at its default. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the keys below {@value #PREFIX}.
     *
     * @param properties keys and values, for example of a properties file
     * @param environment variables, which win; for example {@code System.getenv()}
     * @throws ConfigurationException if a key is unknown or a value is malformed or out of range; it lists all that are
     */
    public static BusConfig from(Map<String, String> properties, Map<String, String> environment) {
        Settings settings = Settings.of(PREFIX, properties, environment);
        Builder b = builder();
        b.name(settings.text("name", b.name));
        b.maxInFlight(settings.integer("max-in-flight", b.maxInFlight, 1, 1_000_000));
        b.maxInFlightBytes(settings.bytes("max-in-flight-bytes", b.maxInFlightBytes, 1, Long.MAX_VALUE));
        b.whenFull(settings.choice("when-full", b.whenFull));
        b.maxBlock(settings.duration("max-block", b.maxBlock, Duration.ofMillis(100)));
        b.deliveryTimeout(settings.duration("delivery-timeout", b.deliveryTimeout, Duration.ofMillis(10)));
        b.wireFormat(settings.choice("wire-format", b.wireFormat));
        b.compression(settings.choice("compression", b.compression));
        b.compressionThreshold(
                (int) settings.bytes("compression-threshold", b.compressionThreshold, 0, Integer.MAX_VALUE));
        b.maxDecompressedBytes(
                settings.bytes("max-decompressed-bytes", b.maxDecompressedBytes, 1024, Integer.MAX_VALUE));
        b.maxPayloadBytes(settings.bytes("max-payload-bytes", b.maxPayloadBytes, 0, Integer.MAX_VALUE));
        b.callbackThreads(settings.integer("callback-threads", b.callbackThreads, 1, 64));
        b.keyedWorkers(settings.integer("keyed-workers", b.keyedWorkers, 0, 10_000));
        b.globalWorkers(settings.integer("global-workers", b.globalWorkers, 0, 10_000));
        b.requires(settings.choices("requires", Capability.class));
        settings.finish();
        return b.build();
    }

    /** Every setting by its full key, as {@link #from} reads it. */
    Map<String, String> describe() {
        Map<String, String> all = new TreeMap<>();
        all.put(PREFIX + "name", name);
        all.put(PREFIX + "max-in-flight", String.valueOf(maxInFlight));
        all.put(PREFIX + "max-in-flight-bytes", String.valueOf(maxInFlightBytes));
        all.put(PREFIX + "when-full", word(whenFull));
        all.put(PREFIX + "max-block", maxBlock.toString());
        all.put(PREFIX + "delivery-timeout", deliveryTimeout.toString());
        all.put(PREFIX + "wire-format", word(wireFormat));
        all.put(PREFIX + "compression", word(compression));
        all.put(PREFIX + "compression-threshold", String.valueOf(compressionThreshold));
        all.put(PREFIX + "max-decompressed-bytes", String.valueOf(maxDecompressedBytes));
        all.put(PREFIX + "max-payload-bytes", String.valueOf(maxPayloadBytes));
        all.put(PREFIX + "callback-threads", String.valueOf(callbackThreads));
        all.put(PREFIX + "keyed-workers", String.valueOf(keyedWorkers));
        all.put(PREFIX + "global-workers", String.valueOf(globalWorkers));
        all.put(
                PREFIX + "requires",
                requires.stream().sorted().map(BusConfig::word).collect(Collectors.joining(",")));
        return all;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean inRange(Duration value, long minMillis) {
        return value.compareTo(Duration.ofMillis(minMillis)) >= 0 && value.compareTo(Duration.ofDays(1)) <= 0;
    }

    private static void check(List<String> problems, boolean condition, String problem) {
        if (!condition) {
            problems.add(PREFIX + problem);
        }
    }

    /** A collector of settings; see the components of {@link BusConfig}. Not safe for use by several threads at once. */
    public static final class Builder {

        private String name = "eventbus";
        private int maxInFlight = 10_000;
        private long maxInFlightBytes = 64L * 1024 * 1024;
        private WhenFull whenFull = WhenFull.BLOCK;
        private Duration maxBlock = Duration.ofSeconds(60);
        private Duration deliveryTimeout = Duration.ofSeconds(30);
        private WireFormat wireFormat = WireFormat.JSON;
        private Compression compression = Compression.LZ4;
        private int compressionThreshold = 1024;
        private long maxDecompressedBytes = 64L * 1024 * 1024;
        private long maxPayloadBytes;
        private int callbackThreads = 2;
        private int keyedWorkers;
        private int globalWorkers;
        private Set<Capability> requires = Set.of();

        private Builder() {}

        /** The name of the bus; {@code eventbus}. */
        public Builder name(String value) {
            this.name = value;
            return this;
        }

        /** Un-acknowledged publishes; 10,000. */
        public Builder maxInFlight(int value) {
            this.maxInFlight = value;
            return this;
        }

        /** Bytes of un-acknowledged publishes; 64 MiB. */
        public Builder maxInFlightBytes(long value) {
            this.maxInFlightBytes = value;
            return this;
        }

        /** Wait or fail at a limit; {@link WhenFull#BLOCK}. */
        public Builder whenFull(WhenFull value) {
            this.whenFull = value;
            return this;
        }

        /** The longest wait for a place; 60 s. */
        public Builder maxBlock(Duration value) {
            this.maxBlock = value;
            return this;
        }

        /** The longest time of a publish; 30 s. */
        public Builder deliveryTimeout(Duration value) {
            this.deliveryTimeout = value;
            return this;
        }

        /** The form events are written in; {@link WireFormat#JSON}. */
        public Builder wireFormat(WireFormat value) {
            this.wireFormat = value;
            return this;
        }

        /** Compression by the bus; {@link Compression#LZ4}. */
        public Builder compression(Compression value) {
            this.compression = value;
            return this;
        }

        /** The smallest body compressed; 1 KiB. */
        public Builder compressionThreshold(int value) {
            this.compressionThreshold = value;
            return this;
        }

        /** The largest body decompressed; 64 MiB. */
        public Builder maxDecompressedBytes(long value) {
            this.maxDecompressedBytes = value;
            return this;
        }

        /** The largest payload; 0 for what the broker takes. */
        public Builder maxPayloadBytes(long value) {
            this.maxPayloadBytes = value;
            return this;
        }

        /** Threads for callbacks; 2. */
        public Builder callbackThreads(int value) {
            this.callbackThreads = value;
            return this;
        }

        /** Workers of the bus's own keyed pool; 0 for cores × 2. */
        public Builder keyedWorkers(int value) {
            this.keyedWorkers = value;
            return this;
        }

        /** Workers of the bus's own global pool; 0 for cores × 2. */
        public Builder globalWorkers(int value) {
            this.globalWorkers = value;
            return this;
        }

        /**
         * What the application relies on; nothing. Where the broker cannot give it, the start fails with
         * {@link io.eventbus.api.UnsupportedCapabilityException}: an application that is moved to another broker learns it then.
         */
        public Builder requires(Capability... values) {
            return requires(Set.of(values));
        }

        /** See {@link #requires(Capability...)}. */
        public Builder requires(Set<Capability> values) {
            this.requires = Set.copyOf(values);
            return this;
        }

        /**
         * The settings.
         *
         * @throws ConfigurationException if a value is out of range
         */
        public BusConfig build() {
            return new BusConfig(
                    name,
                    maxInFlight,
                    maxInFlightBytes,
                    whenFull,
                    maxBlock,
                    deliveryTimeout,
                    wireFormat,
                    compression,
                    compressionThreshold,
                    maxDecompressedBytes,
                    maxPayloadBytes,
                    callbackThreads,
                    keyedWorkers,
                    globalWorkers,
                    requires);
        }
    }
}
