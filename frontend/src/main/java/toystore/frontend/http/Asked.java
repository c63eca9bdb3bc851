package toystore.frontend.http;

import java.time.Duration;

/**
 * As much as is known of a request that is being served.
 *
 * @param head {@code null} as long as it has not been understood
 * @param start when its first byte was there, on the clock of {@link System#nanoTime()}
 */
record Asked(String id, Head head, long start) {
    private static final String UNKNOWN = "-";

    /** Its first byte has come. */
    static Asked at(long start) {
        return new Asked(RequestId.make(), null, start);
    }

    Asked understood(Head itsHead) {
        return new Asked(RequestId.of(itsHead.fields()), itsHead, start);
    }

    boolean isHead() {
        return head != null && head.line().method().equals("HEAD");
    }

    /** How it ended, now. */
    Exchange answered(Router.Answer answer, boolean taken) {
        return new Exchange(
                id,
                head == null ? UNKNOWN : head.line().method(),
                head == null ? UNKNOWN : head.line().target().text(),
                answer.route(),
                answer.response().status(),
                isHead() ? 0 : answer.response().body().length,
                Duration.ofNanos(System.nanoTime() - start),
                taken);
    }
}
