package io.eventbus.testkit.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A user of a {@link NatsServer}, and what it may do; immutable, each {@code may…} method gives a changed copy. A user who was given
 * nothing may do everything; one who was given something may do that and nothing else.
 */
public final class NatsUser {

    private final String identification;
    private final boolean limited;
    private final List<String> publish;
    private final List<String> subscribe;

    private NatsUser(String identification, boolean limited, List<String> publish, List<String> subscribe) {
        this.identification = identification;
        this.limited = limited;
        this.publish = List.copyOf(publish);
        this.subscribe = List.copyOf(subscribe);
    }

    /** A user with a password. */
    public static NatsUser password(String name, String password) {
        return new NatsUser("user: " + quoted(name) + ", password: " + quoted(password), false, List.of(), List.of());
    }

    /** A user who signs with the NKey of that public key, which starts with {@code U}. */
    public static NatsUser nkey(String publicKey) {
        return new NatsUser("nkey: " + quoted(publicKey), false, List.of(), List.of());
    }

    /** Lets the user publish to these subjects, besides those given before. */
    public NatsUser mayPublish(String... subjects) {
        return new NatsUser(identification, true, joined(publish, subjects), subscribe);
    }

    /** Lets the user subscribe to these subjects, besides those given before. */
    public NatsUser maySubscribe(String... subjects) {
        return new NatsUser(identification, true, publish, joined(subscribe, subjects));
    }

    /** The user as the server's configuration writes it. */
    String text() {
        String permissions = limited
                ? ", permissions: { publish: { allow: " + list(publish) + " }, subscribe: { allow: " + list(subscribe)
                        + " } }"
                : "";
        return "{ " + identification + permissions + " }";
    }

    static String quoted(String text) {
        Objects.requireNonNull(text, "text");
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static List<String> joined(List<String> before, String... more) {
        List<String> all = new ArrayList<>(before);
        all.addAll(List.of(more));
        return all;
    }

    /** An empty list would allow everything, a subject that nobody uses allows nothing. */
    private static String list(List<String> subjects) {
        List<String> named = subjects.isEmpty() ? List.of("nothing.at.all") : subjects;
        return named.stream().map(NatsUser::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "NATS user" + (limited ? " who may publish to " + publish + " and subscribe to " + subscribe : "");
    }
}
