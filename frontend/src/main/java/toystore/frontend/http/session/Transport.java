package toystore.frontend.http.session;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;

/**
 * The bytes of a connection, as a session sees them.
 *
 * @param confidential whether nobody on the way can read or change them: they are sent over TLS
 * @param address of the peer
 */
record Transport(InputStream in, OutputStream out, boolean confidential, InetAddress address) {}
