package toystore.wire.net;

/** A service could not be reached, or its reply did not come. */
public final class UnavailableException extends Exception {
    private final boolean outcomeUnknown;

    public UnavailableException(String message, boolean outcomeUnknown, Throwable cause) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Whether the request was on its way, so that the service may have done what it was asked. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
