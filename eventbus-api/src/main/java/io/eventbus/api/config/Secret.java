package io.eventbus.api.config;

import java.util.Objects;

/**
 * A password, token or key that never shows itself in a log, a {@code toString} or an exception. Immutable.
 */
public final class Secret {

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** A secret of the given value. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value itself, for handing to a client. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(value);
    }

    /** Always the same text. */
    @Override
    public String toString() {
        return "******";
    }
}
