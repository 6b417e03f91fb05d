package io.eventbus.nats;

import io.eventbus.api.ConnectionException;
import java.io.IOException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What the client reported to go wrong with a connection, and what follows from it for the caller when it cannot be made or is closed for
 * good. The client throws the same for most causes; only its reports tell them apart.
 *
 * <p>Concurrency: written on the timer, where the client's events arrive, and read from any thread; each fact is one volatile of its own.
 */
final class ConnectionTrouble {

    private final String shownServers;
    private volatile @Nullable String lastError;
    private volatile @Nullable String refusal;
    private volatile boolean tlsFailed;
    private volatile boolean certificateAsked;

    ConnectionTrouble(String shownServers) {
        this.shownServers = shownServers;
    }

    /** The server said that something is wrong. */
    void said(String error) {
        lastError = error;
        if (error.toLowerCase(Locale.ROOT).contains("auth")) {
            refusal = error;
        }
    }

    /** The client met an error. */
    void met(Exception error) {
        Throwable root = error;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            tlsFailed |= cause instanceof SSLException;
            root = cause;
        }
        String message = String.valueOf(error.getMessage());
        String rootMessage = String.valueOf(root.getMessage());
        lastError = message.contains(rootMessage) ? message : message + " (" + rootMessage + ")";
    }

    /** The server asked for a certificate of the client. */
    void certificateAsked() {
        certificateAsked = true;
    }

    /** The last error known; null if there was none. */
    @Nullable
    String lastError() {
        return lastError;
    }

    /** Why the client does not try again. */
    String closedForGood() {
        return "connection to NATS at " + shownServers + " closed for good: " + (refusal == null ? lastError : refusal)
                + ". The server refused the credentials again and again: mend them and start a new bus";
    }

    /** Why no connection could be made. */
    ConnectionException startFailure(IOException e) {
        if (tlsFailed || mentionsTls(e)) {
            return tlsRefused(e);
        }
        if (certificateAsked) {
            lastError =
                    "the server asked for a certificate of the client, and accepted none or not the one it was shown";
            return tlsRefused(e);
        }
        return unreachable(e);
    }

    /** The credentials are refused. */
    ConnectionException refused(Exception cause) {
        return new ConnectionException(
                "NATS at " + shownServers + " refuses the credentials: " + cause.getMessage()
                        + "; check eventbus.nats.user, .password, .token, .nkey-seed or .credentials-file",
                false,
                cause);
    }

    private ConnectionException tlsRefused(Exception cause) {
        return new ConnectionException(
                "no TLS connection to NATS at " + shownServers + ": " + lastError
                        + "; check eventbus.nats.tls, .tls-first, .trust-store, .key-store and that the certificates are valid and"
                        + " the server's is for its host",
                false,
                cause);
    }

    /** No server is reached. */
    ConnectionException unreachable(Exception cause) {
        String error = lastError;
        return new ConnectionException(
                "cannot connect to NATS at " + shownServers + (error == null ? "" : " (" + error + ")")
                        + "; check that a server listens there (eventbus.nats.servers) and try again",
                true,
                cause);
    }

    private boolean mentionsTls(Exception error) {
        String text = error.getMessage() + " " + lastError;
        return text.contains("SSL") || text.contains("TLS");
    }
}
