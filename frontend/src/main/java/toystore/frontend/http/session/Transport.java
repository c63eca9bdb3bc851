package toystore.frontend.http.session;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * The bytes of a connection, as a session sees them.
 *
 * @param confidential whether nobody on the way can read or change them: they are sent over TLS
 */
record Transport(InputStream in, OutputStream out, boolean confidential) {}
