package io.eventbus.testkit.database;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a database is and who may use it. */
record JdbcAddress(String url, String user, String password) {

    private static final Pattern PARTS = Pattern.compile("(jdbc:[a-z:]+//[^/?]+)(?:/[^?]*)?(\\?.*)?");

    /** Another database of the same server, with the same user and parameters. */
    JdbcAddress withDatabase(String name) {
        Matcher parts = PARTS.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + masked() + "' is not a URL of the form jdbc:product://host:port/database?parameters");
        }
        String parameters = parts.group(2) == null ? "" : parts.group(2);
        return new JdbcAddress(parts.group(1) + "/" + name + parameters, user, password);
    }

    /** The URL as a message may show it. */
    String masked() {
        return url.replaceAll("(?i)(password[^=&;]*=)[^&;]*", "$1***").replaceAll("//[^/@]*@", "//***@");
    }

    @Override
    public String toString() {
        return masked();
    }
}
