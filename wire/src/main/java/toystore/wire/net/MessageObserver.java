package toystore.wire.net;

/** Observes messages. Called by many threads at once, on the thread of the request, so it must be quick. */
public interface MessageObserver {
    /** The code of a call without a reply. */
    int NO_REPLY = 0;

    /** Ignores everything. */
    MessageObserver NONE = (type, code, nanos) -> {};

    /**
     * Called when a message is answered, or has failed.
     *
     * @param type of the request; {@code malformed} for a line that is not a request
     * @param code of the reply: 1, or that of the refusal; {@link #NO_REPLY} if none arrived
     * @param nanos from the last byte of the request to that of the reply, as far as this side can see
     */
    void observe(String type, int code, long nanos);
}
