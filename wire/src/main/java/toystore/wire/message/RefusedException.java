package toystore.wire.message;

/** Thrown where a service refuses a request, and again in the process of the caller. Carries the {@link Refusal}. */
public final class RefusedException extends Exception {
    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.message(), null, false, false); // an answer, not a fault: no stack trace is wanted
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
