package io.eventbus.nats;

import io.eventbus.api.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The servers as given, taken apart: where they are, and what stood before the {@code @}, which is a name and a password or a token.
 * The client gets the addresses only, since it puts them into its exceptions as they are.
 *
 * @param addresses the servers without user information; one that is no URL stays as it is
 * @param userInfo what stood before the {@code @}, decoded; null if nothing did
 * @param problems what is wrong, without secrets
 */
record ServerUrls(List<String> addresses, @Nullable String userInfo, List<String> problems) {

    /** Whatever stands before the last {@code @} of a URL, also where it is none. */
    private static final Pattern USER_INFO = Pattern.compile("(?<=^|[,\\[\\s])([A-Za-z+]+://)?[^,\\s]*@");

    /** Text for logs and messages: what stands before an {@code @} in the URLs within is masked. */
    static String masked(String text) {
        return USER_INFO.matcher(text).replaceAll("$1******@");
    }

    static ServerUrls of(List<String> given) {
        List<String> addresses = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> infos = new LinkedHashSet<>();
        if (given.isEmpty()) {
            problems.add("eventbus.nats.servers is empty; name at least one, for example nats://localhost:4222");
        }
        for (String server : given) {
            addresses.add(address(server, infos, problems));
        }
        if (infos.size() > 1) {
            problems.add(
                    "eventbus.nats.servers has different user names, passwords or tokens in its URLs; one connection"
                            + " has one, give it by eventbus.nats.user and .password, or .token");
        }
        return new ServerUrls(
                List.copyOf(addresses),
                infos.isEmpty() ? null : infos.iterator().next(),
                List.copyOf(problems));
    }

    /** The user name, if the URLs have one with a password. */
    @Nullable
    String user() {
        int colon = userInfo == null ? -1 : userInfo.indexOf(':');
        return userInfo == null || colon < 0 ? null : userInfo.substring(0, colon);
    }

    /** The password, if the URLs have one. */
    @Nullable
    Secret password() {
        int colon = userInfo == null ? -1 : userInfo.indexOf(':');
        return userInfo == null || colon < 0 ? null : Secret.of(userInfo.substring(colon + 1));
    }

    /** The token, if the URLs have one. */
    @Nullable
    Secret token() {
        return userInfo == null || userInfo.indexOf(':') >= 0 ? null : Secret.of(userInfo);
    }

    /** Whether a URL asks for TLS by its scheme. */
    boolean secure() {
        return addresses.stream().anyMatch(address -> scheme(address).matches("tls|wss"));
    }

    private static String address(String server, Set<String> infos, List<String> problems) {
        String url = server.contains("://") ? server : "nats://" + server;
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null) {
                problems.add(
                        "eventbus.nats.servers has '" + masked(server)
                                + "', which names no host; use nats://host:port, with special characters of a password encoded");
                return server;
            }
            if (scheme(url).equals("opentls")) {
                problems.add("eventbus.nats.servers has '" + masked(server)
                        + "', which would trust any certificate; use tls:// and eventbus.nats.trust-store");
            }
            String info = uri.getUserInfo();
            if (info == null) {
                return server;
            }
            infos.add(info);
            return url.replace(uri.getRawUserInfo() + "@", "");
        } catch (URISyntaxException e) {
            problems.add("eventbus.nats.servers has '" + masked(server) + "', which is no URL; use nats://host:port");
            return server;
        }
    }

    private static String scheme(String url) {
        int end = url.indexOf("://");
        return end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
    }

    /** The addresses; not what stood before the {@code @}. */
    @Override
    public String toString() {
        return "ServerUrls" + addresses.stream().map(ServerUrls::masked).toList();
    }
}
