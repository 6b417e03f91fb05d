package io.eventbus.nats;

import io.eventbus.testkit.broker.NatsServerOptions;
import io.nats.client.NKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** An operator with one account, as a server's configuration with a memory resolver, and credentials files of the account's users. */
final class NatsJwt {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String NO_LIMITS =
            "\"limits\":{\"subs\":-1,\"data\":-1,\"payload\":-1,\"imports\":-1,\"exports\":-1,\"wildcards\":true,\"conn\":-1,"
                    + "\"leaf\":-1";

    private final NKey operator;
    private final NKey system;
    private final NKey account;

    NatsJwt() throws GeneralSecurityException, IOException {
        operator = NKey.createOperator(null);
        system = NKey.createAccount(null);
        account = NKey.createAccount(null);
    }

    /** The options of a server that knows the operator and its accounts. */
    NatsServerOptions server() throws GeneralSecurityException, IOException {
        String operatorToken =
                signed(operator, operator, "operator", "\"system_account\":\"" + id(system) + "\"", null);
        String jetStream = ",\"mem_storage\":-1,\"disk_storage\":-1,\"streams\":-1,\"consumer\":-1";
        return NatsServerOptions.defaults().withConfig("""
                operator: %s
                system_account: %s
                resolver: MEMORY
                resolver_preload: {
                  %s: %s
                  %s: %s
                }
                """.formatted(
                        operatorToken,
                        id(system),
                        id(system),
                        signed(operator, system, "account", NO_LIMITS + "}", null),
                        id(account),
                        signed(operator, account, "account", NO_LIMITS + jetStream + "}", null)));
    }

    /** Writes the credentials file of a new user whose token ends after that time. */
    Path credentials(Path file, Duration validFor) throws GeneralSecurityException, IOException {
        NKey user = NKey.createUser(null);
        String token = signed(
                account,
                user,
                "user",
                "\"subs\":-1,\"data\":-1,\"payload\":-1",
                Instant.now().plus(validFor));
        return Files.writeString(file, """
                -----BEGIN NATS USER JWT-----
                %s
                ------END NATS USER JWT------

                -----BEGIN USER NKEY SEED-----
                %s
                ------END USER NKEY SEED------
                """.formatted(token, new String(user.getSeed())));
    }

    private static String signed(NKey by, NKey subject, String type, String claims, Instant expires)
            throws GeneralSecurityException, IOException {
        String id = base32(MessageDigest.getInstance("SHA-256")
                .digest(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8)));
        String body = "{\"jti\":\"" + id + "\",\"iat\":" + Instant.now().getEpochSecond()
                + (expires == null ? "" : ",\"exp\":" + expires.getEpochSecond()) + ",\"iss\":\"" + id(by)
                + "\",\"name\":\"" + type + "\",\"sub\":\"" + id(subject) + "\",\"nats\":{" + claims + ",\"type\":\""
                + type + "\",\"version\":2}}";
        String text = base64("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(body.getBytes(StandardCharsets.UTF_8));
        return text + "." + base64(by.sign(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String id(NKey key) throws GeneralSecurityException, IOException {
        return new String(key.getPublicKey());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int buffer = 0;
        int bits = 0;
        for (byte b : bytes) {
            buffer = buffer << 8 | b & 0xff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(ALPHABET.charAt(buffer >> bits & 31));
            }
        }
        return text.append(ALPHABET.charAt(buffer << 5 - bits & 31)).toString();
    }
}
