package toystore.frontend.http.session;

import java.io.InputStream;
import java.io.OutputStream;
import toystore.frontend.http.Peer;

/**
 * The bytes of a connection, as a session sees them.
 *
 * @param peer where they come from
 */
record Transport(InputStream in, OutputStream out, Peer peer) {}
