package toystore.frontend;

import toystore.wire.net.Address;

/**
 * How a frontend process runs.
 *
 * @param listen where it takes HTTP; port 0 picks a free one
 * @param catalog where the catalog takes messages
 * @param orders where the orders service takes messages
 * @param sessionThreads client connections served at once
 */
record FrontendConfig(Address listen, Address catalog, Address orders, int sessionThreads) {
    FrontendConfig {
        if (sessionThreads < 1 || sessionThreads > 1000) {
            throw new IllegalArgumentException("--session-threads is " + sessionThreads + "; expected 1 to 1000");
        }
    }
}
