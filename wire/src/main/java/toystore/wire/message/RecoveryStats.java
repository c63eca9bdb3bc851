package toystore.wire.message;

/**
 * The recovery of the order log when the orders service started.
 *
 * @param orders in the log then
 * @param tornBytes of an incomplete line, which a crash had left and which was moved out of the log; 0 if there was none
 * @param millis that it took
 */
public record RecoveryStats(long orders, long tornBytes, long millis) {}
