package toystore.frontend;

import java.nio.file.Path;
import java.util.Optional;
import toystore.common.Address;
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
 * @param adminToken authorizes PUT /products and the list of orders; if it is empty, the admin API is off
 * @param peerTls folder of the certificates for connections with other services; empty for plain connections
 */
record FrontendConfig(
        Address listen,
        Address catalog,
        Address orders,
        SessionThreads sessions,
        int queue,
        Deadlines deadlines,
        int maxCached,
        String adminToken,
        Optional<Path> peerTls) {
    private static final int MAX_QUEUE = 100_000;

    /** A configuration with plain connections to the other services. */
    FrontendConfig(
            Address listen,
            Address catalog,
            Address orders,
            SessionThreads sessions,
            int queue,
            Deadlines deadlines,
            int maxCached,
            String adminToken) {
        this(listen, catalog, orders, sessions, queue, deadlines, maxCached, adminToken, Optional.empty());
    }

    FrontendConfig {
        if (!adminToken.isEmpty()) {
            Constraints.token("the admin token", adminToken);
        }
        if (queue < 1 || queue > MAX_QUEUE) {
            throw new IllegalArgumentException("--queue is " + queue + "; expected 1 to " + MAX_QUEUE);
        }
    }
}
