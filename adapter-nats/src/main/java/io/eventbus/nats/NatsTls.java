package io.eventbus.nats;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Secret;
import io.nats.client.Options;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** How the connection is encrypted, and whom it trusts. */
record NatsTls(
        boolean required,
        boolean first,
        boolean verifyHost,
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

    /** Sets the client's options; {@code asked} runs whenever a server asks for our certificate, unless an SSL context was given. */
    void apply(Options.Builder options, Runnable asked) throws GeneralSecurityException {
        if (!used()) {
            return;
        }
        SSLContext context = context(asked);
        if (verifyHost) {
            options.sslContext(new HostCheckingSslContext(context));
            // The client would otherwise put the address in the place of the name before it connects.
            options.hostnameResolveMode(Options.HostnameResolveMode.HappyEyeballs);
        } else {
            options.sslContext(context);
        }
        if (first) {
            options.tlsFirst();
        }
    }

    private SSLContext context(Runnable asked) throws GeneralSecurityException {
        if (sslContext != null) {
            return sslContext;
        }
        if (trustStore == null && keyStore == null) {
            return SSLContext.getDefault();
        }
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(new KeyManager[] {new NotingKeys(keys(), asked)}, trust(), null);
        return made;
    }

    private @Nullable X509ExtendedKeyManager keys() throws GeneralSecurityException {
        if (keyStore == null) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        char[] password = chars(keyStorePassword);
        factory.init(store("key-store", keyStore, password), password);
        for (KeyManager one : factory.getKeyManagers()) {
            if (one instanceof X509ExtendedKeyManager found) {
                return found;
            }
        }
        throw new ConfigurationException("eventbus.nats.key-store " + keyStore + " holds no X.509 key");
    }

    private TrustManager @Nullable [] trust() throws GeneralSecurityException {
        if (trustStore == null) {
            return null;
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store("trust-store", trustStore, chars(trustStorePassword)));
        return factory.getTrustManagers();
    }

    /** PKCS12 and JKS are told apart by the content. */
    private static KeyStore store(String key, String path, char @Nullable [] password) throws GeneralSecurityException {
        try {
            return KeyStore.getInstance(new File(path), password);
        } catch (IOException e) {
            throw new ConfigurationException("eventbus.nats." + key + " " + path + " cannot be opened: "
                    + e.getMessage() + "; check the file and eventbus.nats." + key + "-password");
        }
    }

    private static char @Nullable [] chars(@Nullable Secret secret) {
        return secret == null ? null : secret.reveal().toCharArray();
    }

    private static void checkFile(String key, @Nullable String path, List<String> problems) {
        if (path != null && !Files.isReadable(Path.of(path))) {
            problems.add("eventbus.nats." + key + " is " + path + ", which cannot be read");
        }
    }
}
