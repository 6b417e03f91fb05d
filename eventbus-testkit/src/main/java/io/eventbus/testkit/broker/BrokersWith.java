package io.eventbus.testkit.broker;

/**
 * A reading of the setting {@code brokers.with}: {@code containers} means that a broker in a container is wanted and nothing else
 * will do; without the setting any way to a broker is good.
 */
public final class BrokersWith {

    static final String PROPERTY = "brokers.with";

    private static final String CONTAINERS = "containers";

    private BrokersWith() {}

    /**
     * Whether only a container will do.
     *
     * @throws IllegalArgumentException if the setting has another value
     */
    public static boolean containersOnly() {
        return BrokerSettings.find(PROPERTY)
                .map(value -> {
                    if (!value.equals(CONTAINERS)) {
                        throw new IllegalArgumentException("The setting '" + PROPERTY + "' can only be '" + CONTAINERS
                                + "' or absent, not '" + value + "'");
                    }
                    return true;
                })
                .orElse(false);
    }

    /** Why another way that was asked for as well is not gone. */
    public static String contradicts(String property) {
        return property + " is set, which contradicts " + PROPERTY + "=" + CONTAINERS + ": unset one of them";
    }

    /** What to do where there is no container. */
    public static String advice(String imageProperty) {
        return "start a Docker engine and, for Testcontainers, name it with DOCKER_HOST; give an image that is there with "
                + BrokerSettings.describe(imageProperty)
                + "; have org.testcontainers:testcontainers on the class path (in this build -D" + PROPERTY + "="
                + CONTAINERS + " puts it there); or unset " + PROPERTY + " for any way that works";
    }
}
