package toystore.wire.message;

/** A request is answered with a {@link Refusal}: thrown where a service finds out, and again at the caller's side. */
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
