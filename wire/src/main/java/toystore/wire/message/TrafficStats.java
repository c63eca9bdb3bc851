package toystore.wire.message;

/**
 * Counters of a service's message port since its start.
 *
 * @param connections that are open
 * @param served requests answered with success
 * @param refused requests understood and answered with an error
 * @param malformed lines that were not a request
 */
public record TrafficStats(int connections, long served, long refused, long malformed) {}
