package io.eventbus.nats;

import io.eventbus.api.config.Secret;
import io.nats.client.AuthHandler;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the connection proves who it is; at most one way is given. */
record NatsCredentials(
        @Nullable String user,
        @Nullable Secret password,
        @Nullable Secret token,
        @Nullable Secret nkeySeed,
        @Nullable String credentialsFile,
        boolean alsoInUrl) {

    NatsCredentials(
            @Nullable String user,
            @Nullable Secret password,
            @Nullable Secret token,
            @Nullable Secret nkeySeed,
            @Nullable String credentialsFile) {
        this(user, password, token, nkeySeed, credentialsFile, false);
    }

    /** With what the servers' URLs say besides; what both give stays a contradiction. */
    NatsCredentials andOf(ServerUrls urls) {
        boolean none = given(user) + given(token) + given(nkeySeed) + given(credentialsFile) == 0;
        return none && password == null
                ? new NatsCredentials(urls.user(), urls.password(), urls.token(), null, null, false)
                : new NatsCredentials(user, password, token, nkeySeed, credentialsFile, true);
    }

    void check(List<String> problems) {
        int ways = given(user) + given(token) + given(nkeySeed) + given(credentialsFile);
        if (alsoInUrl) {
            problems.add(
                    "eventbus.nats.servers has a user name or token in a URL, and credentials are given by other keys"
                            + " too; use one or the other");
        }
        if (ways > 1) {
            problems.add("of eventbus.nats.user, .token, .nkey-seed and .credentials-file only one can be used, " + ways
                    + " are given; remove the others");
        }
        if (credentialsFile != null && !Files.isReadable(Path.of(credentialsFile))) {
            problems.add("eventbus.nats.credentials-file is " + credentialsFile + ", which cannot be read");
        }
        if (user == null && password != null) {
            problems.add("eventbus.nats.password is given without eventbus.nats.user; give both or none");
        }
        if (user != null && password == null) {
            problems.add("eventbus.nats.user is given without eventbus.nats.password; give both or none");
        }
    }

    void apply(Options.Builder options) {
        if (user != null && password != null) {
            options.userInfo(user.toCharArray(), password.reveal().toCharArray());
        }
        if (token != null) {
            options.token(token.reveal().toCharArray());
        }
        if (nkeySeed != null) {
            options.authHandler(new SeedAuthentication(nkeySeed));
        }
        if (credentialsFile != null) {
            options.authHandler(Nats.credentials(credentialsFile));
        }
    }

    private static int given(@Nullable Object value) {
        return value == null ? 0 : 1;
    }

    /** An answer to the server's challenge that is signed with an NKey. */
    private static final class SeedAuthentication implements AuthHandler {

        private final Secret seed;

        SeedAuthentication(Secret seed) {
            this.seed = seed;
        }

        @Override
        public byte[] sign(byte[] nonce) {
            try {
                NKey key = NKey.fromSeed(seed.reveal().toCharArray());
                byte[] signature = key.sign(nonce);
                key.clear();
                return signature;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("cannot sign with eventbus.nats.nkey-seed", e);
            }
        }

        @Override
        public char[] getID() {
            try {
                NKey key = NKey.fromSeed(seed.reveal().toCharArray());
                char[] id = key.getPublicKey();
                key.clear();
                return id;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("cannot read eventbus.nats.nkey-seed", e);
            }
        }

        @Override
        @SuppressWarnings("NullAway") // the client wants null where there is no JWT
        public char[] getJWT() {
            return null;
        }
    }
}
