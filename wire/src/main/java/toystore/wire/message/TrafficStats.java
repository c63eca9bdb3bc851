package toystore.wire.message;

/**
 * What a service's message port has seen since it started.
 *
 * @param connections open now
 * @param served requests answered with success
 * @param refused requests understood and answered with an error
 * @param malformed lines that were no request
 */
public record TrafficStats(int connections, long served, long refused, long malformed) {}
