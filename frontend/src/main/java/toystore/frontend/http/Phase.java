package toystore.frontend.http;

/** What a session is at; {@link HttpSession} has the way through the phases. */
enum Phase {
    /** The peer has just connected. */
    FIRST_BYTE,
    /** The peer has its answer, and may ask again. */
    IDLE,
    /** The peer sends the head of a request. */
    HEAD,
    /** The peer sends the content of a request. */
    BODY,
    /** The store works on the answer: the only phase in which it is not the peer's turn. */
    ANSWER,
    /** The peer takes the answer. */
    WRITE,
    /** The peer was cut off. */
    CUT;

    /** Whether no request is under way. */
    boolean isIdle() {
        return this == FIRST_BYTE || this == IDLE;
    }

    boolean isPeersTurn() {
        return this != ANSWER && this != CUT;
    }
}
