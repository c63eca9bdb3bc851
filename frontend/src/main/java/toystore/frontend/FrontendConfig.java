package toystore.frontend;

import toystore.wire.message.Rules;
import toystore.wire.net.Address;

/**
 * How a frontend process runs.
 *
 * @param listen where it takes HTTP; port 0 picks a free one
 * @param catalog where the catalog takes messages
 * @param orders where the orders service takes messages
 * @param sessionThreads client connections served at once
 * @param adminToken lets who knows it change products; empty: nobody
 */
record FrontendConfig(Address listen, Address catalog, Address orders, int sessionThreads, String adminToken) {
    /** So that each session has its connection to a service, which takes 256. */
    private static final int MAX_SESSION_THREADS = 200;

    FrontendConfig {
        if (!adminToken.isEmpty()) {
            Rules.token("the admin token", adminToken);
        }
        if (sessionThreads < 1 || sessionThreads > MAX_SESSION_THREADS) {
            throw new IllegalArgumentException(
                    "--session-threads is " + sessionThreads + "; expected 1 to " + MAX_SESSION_THREADS);
        }
    }
}
