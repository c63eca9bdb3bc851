package toystore.frontend;

import toystore.common.Address;
import toystore.frontend.http.Deadlines;
import toystore.wire.message.Constraints;

/**
 * How a frontend process runs.
 *
 * @param listen where it takes HTTP; port 0 picks a free one
 * @param catalog where the catalog takes messages
 * @param orders where the orders service takes messages
 * @param sessions client connections served at once, and on which threads
 * @param queue client connections that may wait for a thread
 * @param deadlines of clients
 * @param cached products that are kept in memory at most; 0 for none
 * @param adminToken lets who knows it change products; empty: nobody
 */
record FrontendConfig(
        Address listen,
        Address catalog,
        Address orders,
        SessionThreads sessions,
        int queue,
        Deadlines deadlines,
        int cached,
        String adminToken) {
    private static final int MAX_QUEUE = 100_000;

    FrontendConfig {
        if (!adminToken.isEmpty()) {
            Constraints.token("the admin token", adminToken);
        }
        if (queue < 1 || queue > MAX_QUEUE) {
            throw new IllegalArgumentException("--queue is " + queue + "; expected 1 to " + MAX_QUEUE);
        }
    }
}
