package toystore.orders;

/** The epoch is over: what was to be done under it is not done. */
final class StaleEpochException extends Exception {
    StaleEpochException(String message) {
        super(message, null, false, false); // an answer, not a fault: no stack trace is wanted
    }
}
