package io.eventbus.nats;

import io.eventbus.api.config.Secret;
import io.nats.client.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** How the connection is encrypted. */
record NatsTls(
        boolean required,
        boolean first,
        @Nullable String trustStore,
        @Nullable Secret trustStorePassword,
        @Nullable String keyStore,
        @Nullable Secret keyStorePassword,
        @Nullable SSLContext sslContext) {

    void check(List<String> problems) {
        if (sslContext != null && (trustStore != null || keyStore != null)) {
            problems.add(
                    "an SSL context is given together with eventbus.nats.trust-store or .key-store; use one or the other");
        }
        if (trustStore == null && trustStorePassword != null) {
            problems.add(
                    "eventbus.nats.trust-store-password is given without eventbus.nats.trust-store; give both or none");
        }
        if (keyStore == null && keyStorePassword != null) {
            problems.add(
                    "eventbus.nats.key-store-password is given without eventbus.nats.key-store; give both or none");
        }
        checkFile("trust-store", trustStore, problems);
        checkFile("key-store", keyStore, problems);
    }

    boolean used() {
        return required || first || trustStore != null || keyStore != null || sslContext != null;
    }

    void apply(Options.Builder options) throws NoSuchAlgorithmException {
        if (sslContext != null) {
            options.sslContext(sslContext);
        } else if (trustStore != null || keyStore != null) {
            if (trustStore != null) {
                options.truststorePath(trustStore);
            }
            if (trustStorePassword != null) {
                options.truststorePassword(trustStorePassword.reveal().toCharArray());
            }
            if (keyStore != null) {
                options.keystorePath(keyStore);
            }
            if (keyStorePassword != null) {
                options.keystorePassword(keyStorePassword.reveal().toCharArray());
            }
        } else if (used()) {
            options.sslContext(SSLContext.getDefault());
        }
        if (first) {
            options.tlsFirst();
        }
    }

    private static void checkFile(String key, @Nullable String path, List<String> problems) {
        if (path != null && !Files.isReadable(Path.of(path))) {
            problems.add("eventbus.nats." + key + " is " + path + ", which cannot be read");
        }
    }
}
