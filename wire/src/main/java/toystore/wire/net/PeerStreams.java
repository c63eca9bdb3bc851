package toystore.wire.net;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import toystore.wire.message.Role;

/**
 * The streams of a connection between two services. They are closed with the socket under them, and never themselves:
 * to close the streams of TLS may wait for the peer.
 *
 * @param peer the proven role of the other side; {@code null} on a connection without certificates
 * @param stale whether a new connection should be used for the next request, because certificates were renewed or have
 *     expired
 */
record PeerStreams(InputStream in, OutputStream out, Role peer, BooleanSupplier stale) {
    boolean isStale() {
        return stale.getAsBoolean();
    }
}
