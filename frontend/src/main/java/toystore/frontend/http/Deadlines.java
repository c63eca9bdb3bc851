package toystore.frontend.http;

import java.time.Duration;

/**
 * How long a peer may take. Who takes longer is cut off.
 *
 * @param firstByte of the first request, from the moment that a thread serves the connection
 * @param head from its first byte to its last
 * @param body from the end of the head to the last byte of the content
 * @param write to take an answer
 * @param idle between an answer and the next request
 */
public record Deadlines(Duration firstByte, Duration head, Duration body, Duration write, Duration idle) {
    private static final Duration MOST = Duration.ofHours(24); // before what is checked against it

    public static final Deadlines DEFAULT = new Deadlines(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60));

    public Deadlines {
        check("first byte", firstByte);
        check("head", head);
        check("body", body);
        check("write", write);
        check("idle", idle);
    }

    private static void check(String what, Duration deadline) {
        if (deadline.isZero() || deadline.isNegative() || deadline.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("the " + what + " timeout is " + deadline.toMillis()
                    + " ms; expected 1 ms to " + MOST.toHours() + " h");
        }
    }

    /** Of a phase in which it is the peer's turn. */
    Duration of(Phase phase) {
        return switch (phase) {
            case FIRST_BYTE -> firstByte;
            case IDLE -> idle;
            case HEAD -> head;
            case BODY -> body;
            case WRITE -> write;
            case ANSWER, CUT -> throw new IllegalArgumentException("the peer has no deadline in the phase " + phase);
        };
    }
}
