package toystore.frontend.http;

/** A request that is being served, as far as it is known, and its answer once there is one. For one thread. */
final class Exchange {
    private static final String UNKNOWN = "-";

    private final long start;
    private RequestLine line; // null as long as it has not been understood
    private String id; // null as long as it has none
    private Router.RoutedResponse answer; // null as long as there is none

    /** @param start when its first byte was there, on the clock of {@link System#nanoTime()} */
    Exchange(long start) {
        this.start = start;
    }

    long start() {
        return start;
    }

    void line(RequestLine its) {
        line = its;
    }

    /** @param given by the client; {@code null} if it did not */
    void id(String given) {
        id = given;
    }

    /** Its name: one is made if it has none. */
    String id() {
        if (id == null) {
            id = RequestId.make();
        }
        return id;
    }

    void answer(Router.RoutedResponse its) {
        answer = its;
    }

    Response response() {
        return answer.response();
    }

    boolean isHead() {
        return line != null && line.method().equals("HEAD");
    }

    /** Whether it asks for no change (RFC 9110 §9.2.1). */
    boolean isSafe() {
        return line != null && (line.method().equals("GET") || isHead());
    }

    /** How it ended, now. */
    CompletedExchange exchange(boolean taken) {
        return new CompletedExchange(
                id(),
                line == null ? UNKNOWN : line.method(),
                line == null ? UNKNOWN : line.target(),
                answer.route(),
                answer.response().status(),
                isHead() ? 0 : answer.response().body().length,
                System.nanoTime() - start,
                taken);
    }
}
