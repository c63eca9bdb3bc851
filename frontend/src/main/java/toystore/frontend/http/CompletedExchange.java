package toystore.frontend.http;

/**
 * A request and how it was answered.
 *
 * @param method as it was sent; {@code -} if that was not understood
 * @param target as it was sent, visible ASCII; {@code -} if that was not understood
 * @param route the pattern of the path, like {@code /orders/{order_number}}; {@code none} if no route has it
 * @param bytes of the response's content
 * @param nanos from the first byte of the request to the last of the response
 * @param taken whether the peer has taken the response
 */
public record CompletedExchange(
        String id, String method, String target, String route, Status status, int bytes, long nanos, boolean taken) {

    /** Told of every exchange, by the thread that served it. */
    public interface Observer {
        void ended(CompletedExchange exchange);
    }
}
