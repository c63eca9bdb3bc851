package toystore.frontend;

import java.nio.file.Path;
import java.util.Optional;
import toystore.common.Address;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.Deadlines;
import toystore.wire.message.Constraints;

/**
 * The configuration of a frontend process.
 *
 * @param listen the address for HTTP; port 0 picks a free one
 * @param catalog the address of the catalog
 * @param orders the address of the orders service
 * @param sessions the number of sessions at once, and their threads
 * @param queue the number of client connections that may wait for a thread
 * @param deadlines of clients
 * @param maxCached the number of products in the cache; 0 turns the cache off
 * @param tls the certificate and the key for HTTPS; empty for plain HTTP
 * @param peerTls folder of the certificates for connections with other services; empty for plain connections
 * @param adminToken authorizes PUT /products and the list of orders; without it, the admin API is off
 * @param limits for each client address
 */
record FrontendConfig(
        Address listen,
        Address catalog,
        Address orders,
        SessionThreads sessions,
        int queue,
        Deadlines deadlines,
        int maxCached,
        Optional<TlsFiles> tls,
        Optional<Path> peerTls,
        Optional<String> adminToken,
        AddressLimits limits) {
    private static final int MAX_QUEUE = 100_000;
    private static final int MIN_TOKEN = 16; // characters

    /** The PEM files of the server's certificate, followed by those of its issuers, and of its key. */
    record TlsFiles(Path certificate, Path key) {
        /**
         * The files of two flags, which are given both or not at all.
         *
         * @param certificate empty if the flag is not given, like the other one
         */
        static Optional<TlsFiles> of(String certificate, String key) {
            if (certificate.isEmpty() != key.isEmpty()) {
                throw new IllegalArgumentException(
                        certificate.isEmpty()
                                ? "--tls-key is given without --tls-cert; HTTPS needs both"
                                : "--tls-cert is given without --tls-key; HTTPS needs both");
            }
            return certificate.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new TlsFiles(Path.of(certificate), Path.of(key)));
        }
    }

    FrontendConfig {
        adminToken.ifPresent(token -> checkToken("the admin token", token));
        if (queue < 1 || queue > MAX_QUEUE) {
            throw new IllegalArgumentException("--queue is " + queue + "; expected 1 to " + MAX_QUEUE);
        }
    }

    /** @param name of the token, for the message of an exception */
    static void checkToken(String name, String token) {
        if (token.length() < MIN_TOKEN) {
            throw new IllegalArgumentException(name + " has " + token.length() + " characters; expected " + MIN_TOKEN
                    + " to " + Constraints.MAX_KEY + ", as openssl rand -hex 24 makes them");
        }
        Constraints.token(name, token);
    }
}
