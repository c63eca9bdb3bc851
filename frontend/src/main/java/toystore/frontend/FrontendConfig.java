package toystore.frontend;

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
        Optional<String> adminToken,
        AddressLimits limits) {
    private static final int MAX_QUEUE = 100_000;
    private static final int MIN_TOKEN = 16; // characters

    FrontendConfig {
        adminToken.ifPresent(FrontendConfig::checkToken);
        if (queue < 1 || queue > MAX_QUEUE) {
            throw new IllegalArgumentException("--queue is " + queue + "; expected 1 to " + MAX_QUEUE);
        }
    }

    private static void checkToken(String token) {
        if (token.length() < MIN_TOKEN) {
            throw new IllegalArgumentException("the admin token has " + token.length() + " characters; expected "
                    + MIN_TOKEN + " to " + Constraints.MAX_KEY + ", as openssl rand -hex 24 makes them");
        }
        Constraints.token("the admin token", token);
    }
}
