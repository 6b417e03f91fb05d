package io.eventbus.nats;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * An SSL context whose connections also check that the server's certificate is for the host that was asked for (RFC 2818). The NATS
 * client does not: it would take any certificate of a trusted authority, so whoever has one could pose as the server.
 */
final class HostCheckingSslContext extends SSLContext {

    private static final String RULES = "HTTPS";

    HostCheckingSslContext(SSLContext given) {
        super(new Checking(given), given.getProvider(), given.getProtocol());
    }

    private static SSLParameters with(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm(RULES);
        return parameters;
    }

    /** The given context, with the check switched on wherever a connection is made. */
    private static final class Checking extends SSLContextSpi {

        private final SSLContext given;

        Checking(SSLContext given) {
            this.given = given;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("This context is ready for use");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new CheckingSockets(given.getSocketFactory());
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return given.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return checking(given.createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return checking(given.createSSLEngine(host, port));
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return given.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return given.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return with(given.getDefaultSSLParameters());
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return given.getSupportedSSLParameters();
        }

        private static SSLEngine checking(SSLEngine engine) {
            engine.setSSLParameters(with(engine.getSSLParameters()));
            return engine;
        }
    }

    /** The given factory; every socket it makes checks. */
    private static final class CheckingSockets extends SSLSocketFactory {

        private final SSLSocketFactory given;

        CheckingSockets(SSLSocketFactory given) {
            this.given = given;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return given.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return given.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket() throws IOException {
            return checking(given.createSocket());
        }

        @Override
        public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
            return checking(given.createSocket(below, host, port, autoClose));
        }

        @Override
        public Socket createSocket(Socket below, InputStream consumed, boolean autoClose) throws IOException {
            return checking(given.createSocket(below, consumed, autoClose));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return checking(given.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return checking(given.createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return checking(given.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return checking(given.createSocket(host, port, local, localPort));
        }

        private static Socket checking(Socket socket) throws IOException {
            if (!(socket instanceof SSLSocket secure)) {
                throw new IOException("The SSL context made a socket without TLS: " + socket.getClass());
            }
            secure.setSSLParameters(with(secure.getSSLParameters()));
            return secure;
        }
    }
}
