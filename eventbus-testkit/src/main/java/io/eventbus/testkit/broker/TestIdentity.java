package io.eventbus.testkit.broker;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A certificate with its private key, issued by a {@link TestAuthority} and kept in its directory.
 *
 * @param name the common name
 * @param keyStore a PKCS12 store with key and chain
 * @param certificate the chain in PEM, its own certificate first
 * @param key the private key in PEM (PKCS 8), not encrypted
 * @param password of the store and of the key in it
 */
public record TestIdentity(String name, Path keyStore, Path certificate, Path key, String password) {

    /** Checks the parts. */
    public TestIdentity {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(keyStore, "keyStore");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(password, "password");
    }

    /** The name and the store; not the password. */
    @Override
    public String toString() {
        return "certificate of " + name + " in " + keyStore;
    }
}
