package io.eventbus.outbox.cli;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must not be printed: the password, wherever it was given, and the URL, which may hold one. Drivers repeat both in their messages. */
final class Secrets {

    private static final String MASK = "***";
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)[?&;,(:][\\w.-]*(?:passw|pwd|secret|token|passphrase)[\\w.-]*=([^&;,)\\s]+)");
    private static final Pattern BEFORE_HOST = Pattern.compile("//[^/?;:\\s]*:([^?;\\s]*)@");

    /** The longest first, so that none is left in part because it contains another. */
    private final TreeSet<String> values =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    private final @Nullable String url;

    Secrets(@Nullable String url, @Nullable String password) {
        this.url = url;
        add(password);
        if (url != null) {
            collect(PARAMETER.matcher(url));
            collect(BEFORE_HOST.matcher(url));
        }
    }

    /** The beginning of a URL that says what kind it is of, for example {@code jdbc:mysql:}. */
    static String kind(String url) {
        int jdbc = url.indexOf(':');
        int end = url.indexOf(':', jdbc + 1);
        return jdbc < 0 || end < 0 ? MASK : url.substring(0, end + 1);
    }

    /** The text without what must not be printed. */
    String mask(String text) {
        String masked = url == null ? text : text.replace(url, kind(url) + MASK);
        for (String value : values) {
            masked = masked.replace(value, MASK);
        }
        return masked;
    }

    private void collect(Matcher found) {
        while (found.find()) {
            add(found.group(1));
            add(decoded(found.group(1)));
        }
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value; // it holds a percent sign and is not encoded
        }
    }

    private void add(@Nullable String value) {
        if (value != null && !value.isEmpty()) {
            values.add(value);
        }
    }
}
