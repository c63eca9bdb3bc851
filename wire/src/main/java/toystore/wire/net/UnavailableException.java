package toystore.wire.net;

/** A service could not be called or reached, or did not reply. */
public final class UnavailableException extends Exception {
    private final boolean outcomeUnknown;

    public UnavailableException(String message, boolean outcomeUnknown, Throwable cause) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** The same, with the stack trace of the calling thread. */
    UnavailableException copy() {
        return new UnavailableException(getMessage(), outcomeUnknown, getCause());
    }

    /** Returns whether the request may have been sent, so that the service may have handled it. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
