package toystore.frontend.http;

import java.time.Duration;

/** What a session is at; {@link HttpSession} has the way through the phases. */
enum Phase {
    /** The peer has just connected. */
    FIRST_BYTE(250),
    /** The peer has its answer, and may ask again. */
    IDLE(50),
    /** The peer sends the head of a request. */
    HEAD(500),
    /** The peer sends the content of a request. */
    BODY(500),
    /** The store works on the answer: the only phase in which it is not the peer's turn. */
    ANSWER(Integer.MAX_VALUE),
    /** The peer takes the answer. */
    WRITE(500),
    /** The peer was cut off. */
    CUT(Integer.MAX_VALUE);

    private final long patience;

    Phase(int patienceMillis) {
        this.patience = Duration.ofMillis(patienceMillis).toNanos();
    }

    /** How long the peer is waited for at least though others wait for the thread, in nanoseconds. */
    long patience() {
        return patience;
    }

    /** Whether no request is under way. */
    boolean isIdle() {
        return this == FIRST_BYTE || this == IDLE;
    }

    boolean isPeersTurn() {
        return this != ANSWER && this != CUT;
    }
}
