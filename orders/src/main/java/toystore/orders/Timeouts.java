package toystore.orders;

import java.time.Duration;

/**
 * How long orders waits.
 *
 * @param order from the request for an order to its reply
 * @param write a write to the log that takes longer will take longer still: nothing new is begun behind it
 * @param epoch an order waits so long for an epoch
 * @param outage one that is younger may be a restart of the catalog, and is worth waiting for
 * @param reply for a reply of the catalog
 * @param keys for the keys of the last orders
 */
record Timeouts(Duration order, Duration write, Duration epoch, Duration outage, Duration reply, Duration keys) {
    /** An order takes less than the frontend waits, and the rest less than that, so that there is time to try again. */
    static final Timeouts USUAL = new Timeouts(
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofMillis(1500),
            Duration.ofSeconds(1));
}
