package io.eventbus.api.config;

import io.eventbus.api.ConfigurationException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the settings below one prefix, from properties and from the environment. Each accessor declares a key, so that whatever is
 * left over is known to be a mistake: {@link #finish} reports unknown keys with the nearest known one, and everything malformed, at once.
 *
 * <p>A key {@code eventbus.nats.ack-wait} is the environment variable {@code EVENTBUS_NATS_ACK_WAIT}; the environment wins. Durations are
 * {@code 250ms}, {@code 30s}, {@code 5m}, {@code 1h} or ISO-8601; sizes are bytes or {@code 64KiB}, {@code 1MiB}, {@code 1GiB}.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Settings {

    private static final Map<String, Long> SIZES = Map.of(
            "b",
            1L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30,
            "kb",
            1_000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L);

    private final String prefix;
    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, String> variables = new TreeMap<>();
    private final Set<String> known = new TreeSet<>();
    private final List<String> openPrefixes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private Settings(String prefix) {
        this.prefix = prefix;
    }

    /**
     * The settings below a prefix.
     *
     * @param prefix with the closing dot, for example {@code eventbus.nats.}; keys that do not start with it are left alone
     * @param properties keys and values, for example of a properties file
     * @param environment variables, for example {@code System.getenv()}
     */
    public static Settings of(String prefix, Map<String, String> properties, Map<String, String> environment) {
        Settings settings = new Settings(prefix);
        properties.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                settings.values.put(key.substring(prefix.length()), value);
            }
        });
        String variablePrefix = variableOf(prefix);
        environment.forEach((name, value) -> {
            if (name.startsWith(variablePrefix)) {
                settings.variables.put(name.substring(variablePrefix.length()), value);
            }
        });
        return settings;
    }

    /** The text of a key, or the default. */
    public String text(String key, String byDefault) {
        String value = take(key);
        return value == null ? byDefault : value;
    }

    /** The text of a key, or null. */
    public @Nullable String textOrNull(String key) {
        return take(key);
    }

    /** The secret of a key, or null. */
    public @Nullable Secret secretOrNull(String key) {
        String value = take(key);
        return value == null ? null : Secret.of(value);
    }

    /** A list of texts separated by commas, or the default. */
    public List<String> texts(String key, List<String> byDefault) {
        String value = take(key);
        return value == null
                ? byDefault
                : Arrays.stream(value.split(","))
                        .map(String::trim)
                        .filter(t -> !t.isEmpty())
                        .toList();
    }

    /** A whole number of a range, or the default. */
    public int integer(String key, int byDefault, int min, int max) {
        return (int) wholeNumber(key, byDefault, min, max, Long::parseLong);
    }

    /** A number of bytes of a range, or the default. */
    public long bytes(String key, long byDefault, long min, long max) {
        return wholeNumber(key, byDefault, min, max, Settings::parseBytes);
    }

    /** A duration of at least {@code min}, or the default. */
    public Duration duration(String key, Duration byDefault, Duration min) {
        Duration value = parse(key, byDefault, Settings::parseDuration, "a duration such as 250ms, 30s or 5m");
        if (value.compareTo(min) < 0) {
            problems.add(prefix + key + " is " + value + ", the least is " + min);
            return byDefault;
        }
        return value;
    }

    /** True or false, or the default. */
    public boolean flag(String key, boolean byDefault) {
        return parse(key, byDefault, Settings::parseFlag, "true or false");
    }

    /** One of an enum's constants in any case, with {@code -} for {@code _}, or the default. */
    public <E extends Enum<E>> E choice(String key, E byDefault) {
        E[] all = byDefault.getDeclaringClass().getEnumConstants();
        List<String> names = namesOf(all);
        return parse(
                key,
                byDefault,
                text -> {
                    int index = names.indexOf(normal(text));
                    if (index < 0) {
                        throw new IllegalArgumentException();
                    }
                    return all[index];
                },
                "one of " + names);
    }

    /** Some of an enum's constants, separated by commas and written as for {@link #choice}; none if the key is not there. */
    public <E extends Enum<E>> Set<E> choices(String key, Class<E> type) {
        E[] all = type.getEnumConstants();
        List<String> names = namesOf(all);
        Set<E> chosen = EnumSet.noneOf(type);
        for (String text : texts(key, List.of())) {
            int index = names.indexOf(normal(text));
            if (index < 0) {
                problems.add(prefix + key + " has '" + text + "', expected some of " + names);
            } else {
                chosen.add(all[index]);
            }
        }
        return chosen;
    }

    private static <E extends Enum<E>> List<String> namesOf(E[] constants) {
        return Arrays.stream(constants).map(constant -> normal(constant.name())).toList();
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All settings below a further prefix, which are handed on as they are; keys are without the prefixes. */
    public Map<String, String> below(String further) {
        openPrefixes.add(further);
        Map<String, String> below = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(further)) {
                below.put(key.substring(further.length()), value);
            }
        });
        return below;
    }

    /** Adds a problem that only the caller can see, such as two settings that exclude each other. */
    public Settings problem(String text) {
        problems.add(text);
        return this;
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigurationException if a key is unknown or a value malformed; it lists them all
     */
    public void finish() {
        List<String> all = new ArrayList<>(problems);
        for (String key : values.keySet()) {
            if (!known.contains(key) && openPrefixes.stream().noneMatch(key::startsWith)) {
                String nearest = nearest(key);
                all.add("unknown setting " + prefix + key
                        + (nearest == null ? "; known are " + known : "; did you mean " + prefix + nearest + "?"));
            }
        }
        Set<String> knownVariables = new TreeSet<>();
        known.forEach(key -> knownVariables.add(variableOf(key)));
        for (String variable : variables.keySet()) {
            if (!knownVariables.contains(variable)) {
                String nearest = nearest(variable.toLowerCase(Locale.ROOT).replace('_', '-'));
                all.add("unknown environment variable " + variableOf(prefix) + variable
                        + (nearest == null
                                ? "; known are " + knownVariables
                                : "; did you mean " + variableOf(prefix + nearest) + "?"));
            }
        }
        if (!all.isEmpty()) {
            throw new ConfigurationException(all);
        }
    }

    private @Nullable String take(String key) {
        known.add(key);
        String variable = variables.get(variableOf(key));
        return variable == null ? values.get(key) : variable;
    }

    private static String variableOf(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private long wholeNumber(String key, long byDefault, long min, long max, Function<String, Long> parser) {
        long value = parse(key, byDefault, parser, "a whole number");
        if (value < min || value > max) {
            problems.add(prefix + key + " is " + value + ", it must be in " + min + " ... " + max);
            return byDefault;
        }
        return value;
    }

    private <T> T parse(String key, T byDefault, Function<String, T> parser, String expected) {
        String value = take(key);
        if (value == null) {
            return byDefault;
        }
        try {
            return parser.apply(value.trim());
        } catch (IllegalArgumentException | DateTimeParseException | ArithmeticException e) {
            problems.add(prefix + key + " is '" + value + "', expected " + expected);
            return byDefault;
        }
    }

    private static long parseBytes(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        String unit = text.substring(digits).trim().toLowerCase(Locale.ROOT);
        Long factor = SIZES.get(unit.isEmpty() ? "b" : unit);
        if (factor == null) {
            throw new IllegalArgumentException(text);
        }
        return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), factor);
    }

    private static Duration parseDuration(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("p")) {
            return Duration.parse(text);
        }
        int digits = 0;
        while (digits < lower.length() && Character.isDigit(lower.charAt(digits))) {
            digits++;
        }
        long amount = Long.parseLong(lower.substring(0, digits));
        return switch (lower.substring(digits).trim()) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static boolean parseFlag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private @Nullable String nearest(String key) {
        String best = null;
        int bestDistance = Math.max(2, key.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(key.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
