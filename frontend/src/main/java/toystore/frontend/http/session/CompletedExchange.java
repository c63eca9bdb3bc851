package toystore.frontend.http.session;

import java.net.InetAddress;
import toystore.common.log.Phases;
import toystore.frontend.http.Fields;
import toystore.frontend.http.Peer;
import toystore.frontend.http.Status;

/**
 * A request and its response, for the access log and the metrics.
 *
 * @param id of the request
 * @param method as it was sent; {@code -} if the request line was malformed
 * @param target as it was sent, visible ASCII; {@code -} if the request line was malformed
 * @param route the pattern of the path, like {@code /orders/{order_number}}; {@code none} if no route matches it
 * @param bytes of the response's content
 * @param nanos from the first byte of the request to the last byte of the response
 * @param delivered whether the socket has taken the whole response
 * @param phases of the exchange, but for the last one, the response
 * @param peer that sent the request
 * @param fields of the request; {@code null} if they were not read
 */
public record CompletedExchange(
        String id,
        String method,
        String target,
        String route,
        Status status,
        int bytes,
        long nanos,
        boolean delivered,
        Phases phases,
        Peer peer,
        Fields fields) {

    /** The address of the client: that of the peer, unless the peer is a trusted proxy and says another one. */
    public InetAddress client() {
        return fields == null ? peer.address() : peer.client(fields);
    }

    /** Is notified of every exchange, on the thread of its session. */
    @FunctionalInterface
    public interface Observer {
        void completed(CompletedExchange exchange);

        /**
         * Makes the phases of an exchange, if it needs them.
         *
         * @param start of the exchange, on the clock of {@link System#nanoTime()}
         */
        default Phases phases(long start) {
            return Phases.NONE;
        }
    }
}
