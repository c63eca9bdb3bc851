package toystore.wire.net;

/** Is told of every message when it is over. Called by many threads at once, on the thread of the request: it must be quick. */
public interface MessageObserver {
    /** The code of a call that brought no reply. */
    int NO_REPLY = 0;

    /** Does not care. */
    MessageObserver NONE = (type, code, nanos) -> {};

    /**
     * A message is over.
     *
     * @param type of the request; {@code malformed} for a line that is none
     * @param code of the reply: 1, or that of the refusal; {@link #NO_REPLY} if none came
     * @param nanos from the request's last byte to the reply's, as far as this side sees
     */
    void observe(String type, int code, long nanos);
}
