package toystore.frontend.http;

import java.time.Duration;

/**
 * As much as is known of a request that is being served.
 *
 * @param id {@code null} as long as it has none
 * @param line {@code null} as long as it has not been understood
 * @param start when its first byte was there, on the clock of {@link System#nanoTime()}
 */
record Asked(String id, RequestLine line, long start) {
    private static final String UNKNOWN = "-";

    /** Its first byte has come. */
    static Asked at(long start) {
        return new Asked(null, null, start);
    }

    Asked with(RequestLine its) {
        return new Asked(id, its, start);
    }

    /** The client may have named it. */
    Asked with(Fields its) {
        return new Asked(RequestId.of(its).orElse(null), line, start);
    }

    /** It has a name from now on. */
    Asked named() {
        return id != null ? this : new Asked(RequestId.make(), line, start);
    }

    boolean isHead() {
        return line != null && line.method().equals("HEAD");
    }

    /** Whether it asks for no change (RFC 9110 §9.2.1). */
    boolean isSafe() {
        return line != null && (line.method().equals("GET") || isHead());
    }

    /** How it ended, now. */
    Exchange answered(Router.Answer answer, boolean taken) {
        return new Exchange(
                id,
                line == null ? UNKNOWN : line.method(),
                line == null ? UNKNOWN : line.target(),
                answer.route(),
                answer.response().status(),
                isHead() ? 0 : answer.response().body().length,
                Duration.ofNanos(System.nanoTime() - start),
                taken);
    }
}
