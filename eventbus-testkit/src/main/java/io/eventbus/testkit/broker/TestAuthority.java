package io.eventbus.testkit.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A certificate authority for one test run: it issues certificates for servers and clients, good ones and bad ones, with the
 * {@code keytool} of the running JDK. Nothing of it is ever checked in, and it is worth nothing outside the test.
 *
 * <p>Its files lie in a temporary directory that only the user can read, until {@link #close()}.
 *
 * <p>Concurrency: safe from any thread; certificates are issued one after the other, about half a second each.
 */
public final class TestAuthority implements AutoCloseable {

    private static final String STORE_TYPE = "PKCS12";
    private static final String AUTHORITY = "authority";
    private static final long TIMEOUT_SECONDS = 60;
    private static final String THIS_MACHINE = "san=dns:localhost,ip:127.0.0.1";

    private final Path directory;
    private final String password;
    private int issued;

    private TestAuthority(Path directory, String password) {
        this.directory = directory;
        this.password = password;
    }

    /**
     * An authority of that name, with a random password for its stores.
     *
     * @throws IllegalStateException if {@code keytool} is not there or fails
     */
    public static TestAuthority create(String name) {
        return create(name, "p-" + UUID.randomUUID());
    }

    /**
     * An authority of that name.
     *
     * @param password of all stores and keys it writes, at least six characters
     * @throws IllegalStateException if {@code keytool} is not there or fails
     */
    public static TestAuthority create(String name, String password) {
        Objects.requireNonNull(name, "name");
        try {
            Path directory = Files.createTempDirectory("eventbus-certificates-");
            TestAuthority authority = new TestAuthority(directory, password);
            authority.begin(name);
            return authority;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write certificates", e);
        }
    }

    /** A server's certificate for {@code localhost} and {@code 127.0.0.1}, valid now. */
    public TestIdentity server() {
        return issue("localhost", THIS_MACHINE, false);
    }

    /** A server's certificate for that host and no other, valid now. */
    public TestIdentity server(String host) {
        return issue(host, "san=dns:" + host, false);
    }

    /** A server's certificate for {@code localhost} and {@code 127.0.0.1} that has expired. */
    public TestIdentity expiredServer() {
        return issue("localhost", THIS_MACHINE, true);
    }

    /** A client's certificate with that common name, valid now. */
    public TestIdentity client(String name) {
        return issue(name, "san=email:" + name + "@localhost", false);
    }

    /** A client's certificate with that common name that has expired. */
    public TestIdentity expiredClient(String name) {
        return issue(name, "san=email:" + name + "@localhost", true);
    }

    /** A PKCS12 store that trusts this authority. */
    public Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** The certificate of this authority in PEM. */
    public Path certificate() {
        return directory.resolve(AUTHORITY + ".pem");
    }

    /** The password of the trust store and of every store issued. */
    public String password() {
        return password;
    }

    /** Removes all files, those of the identities too. */
    @Override
    public void close() {
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + directory, e);
        }
    }

    @Override
    public String toString() {
        return "test authority in " + directory;
    }

    private void begin(String name) throws IOException {
        Files.writeString(passwordFile(), password);
        keytool(
                "-alias", AUTHORITY,
                "-dname", "CN=" + name,
                "-ext", "bc:critical=ca:true",
                "-ext", "ku:critical=keyCertSign,cRLSign",
                "-startdate", "-30d",
                "-validity", "60");
        try {
            Certificate own = open().getCertificate(AUTHORITY);
            KeyStore trust = empty();
            trust.setCertificateEntry(AUTHORITY, own);
            save(trust, trustStore());
            Files.writeString(certificate(), pem("CERTIFICATE", own.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot read what keytool has made", e);
        }
    }

    private synchronized TestIdentity issue(String commonName, String alternativeName, boolean expired) {
        String alias = "identity" + ++issued;
        try {
            keytool(
                    "-alias",
                    alias,
                    "-signer",
                    AUTHORITY,
                    "-dname",
                    "CN=" + commonName,
                    "-ext",
                    alternativeName,
                    "-ext",
                    "eku=serverAuth,clientAuth",
                    "-startdate",
                    expired ? "-10d" : "-1d",
                    "-validity",
                    expired ? "5" : "30");
            return write(alias, commonName);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the certificate of " + commonName, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot read what keytool has made for " + commonName, e);
        }
    }

    private TestIdentity write(String alias, String commonName) throws IOException, GeneralSecurityException {
        KeyStore all = open();
        Key key = all.getKey(alias, password.toCharArray());
        Certificate[] chain = all.getCertificateChain(alias);
        KeyStore own = empty();
        own.setKeyEntry(commonName, key, password.toCharArray(), chain);
        TestIdentity identity = new TestIdentity(
                commonName,
                directory.resolve(alias + ".p12"),
                directory.resolve(alias + ".pem"),
                directory.resolve(alias + "-key.pem"),
                password);
        save(own, identity.keyStore());
        StringBuilder certificates = new StringBuilder();
        for (Certificate one : chain) {
            certificates.append(pem("CERTIFICATE", one.getEncoded()));
        }
        Files.writeString(identity.certificate(), certificates);
        Files.writeString(identity.key(), pem("PRIVATE KEY", key.getEncoded()));
        return identity;
    }

    private void keytool(String... arguments) throws IOException {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new ArrayList<>(List.of(
                program,
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keystore",
                directory.resolve("all.p12").toString(),
                "-storetype",
                STORE_TYPE,
                "-storepass:file",
                passwordFile().toString(),
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1"));
        command.addAll(List.of(arguments));
        try {
            Commands.Answer answer = Commands.run(directory, command, TIMEOUT_SECONDS);
            if (answer.status() != 0) {
                throw new IllegalStateException("keytool failed:\n" + answer.tail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while making a certificate", e);
        }
    }

    private KeyStore open() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(STORE_TYPE);
        try (InputStream in = Files.newInputStream(directory.resolve("all.p12"))) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(STORE_TYPE);
        store.load(null, null);
        return store;
    }

    private void save(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
    }

    private Path passwordFile() {
        return directory.resolve("password");
    }

    private static String pem(String kind, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
