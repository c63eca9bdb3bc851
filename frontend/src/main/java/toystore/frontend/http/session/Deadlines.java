package toystore.frontend.http.session;

import java.time.Duration;

/**
 * The time that a client has for each part of a request. A client that takes longer times out.
 *
 * @param handshake from the first byte of a TLS handshake to its end
 * @param firstByte from when a thread serves the connection to its first byte, and from the end of a handshake to the
 *     first byte of the first request
 * @param head from the first byte of a head to its last
 * @param body from the end of the head to the last byte of the content
 * @param write for the client to take a response
 * @param idle from a response to the first byte of the next request
 */
public record Deadlines(
        Duration handshake, Duration firstByte, Duration head, Duration body, Duration write, Duration idle) {
    private static final Duration MAX = Duration.ofHours(24); // above DEFAULT, which is checked against it

    public static final Deadlines DEFAULT = new Deadlines(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60));

    public Deadlines {
        check("handshake", handshake);
        check("first byte", firstByte);
        check("head", head);
        check("body", body);
        check("write", write);
        check("idle", idle);
    }

    private static void check(String name, Duration timeout) {
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("the " + name + " timeout is " + timeout.toMillis()
                    + " ms; expected 1 ms to " + MAX.toHours() + " h");
        }
    }
}
