package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import toystore.common.ConnectionReaper;
import toystore.common.ConnectionReaper.Deadline;
import toystore.wire.message.Role;

/** How the bytes of messages travel: as they are, or within {@linkplain PeerTls TLS}. Thread-safe. */
public sealed interface PeerTransport extends Closeable permits PeerTransport.Plain, PeerTls {
    /** Neither encrypted nor authenticated. */
    PeerTransport PLAIN = new Plain();

    /**
     * TLS with the certificates of a folder, or plain without one.
     *
     * @param role of this service
     * @throws IOException if the certificates cannot be used; the message says why
     */
    static PeerTransport open(Optional<Path> folder, Role role) throws IOException {
        return folder.isPresent() ? PeerTls.open(folder.get(), role) : PLAIN;
    }

    /**
     * Makes the streams of a connection to a service, in bounded time.
     *
     * @param deadline of the connection, for the reply timeout; it is stopped afterwards, too
     * @throws java.net.ConnectException if one of the two refuses the other; the message says why
     * @throws java.net.SocketTimeoutException if the service takes longer than for a reply
     */
    PeerStreams connect(SocketChannel raw, MessageClient.Options service, Deadline deadline) throws IOException;

    /**
     * Makes the streams of an accepted connection, in bounded time.
     *
     * @throws NotTlsException if the peer speaks plain text, and should not
     * @throws javax.net.ssl.SSLException if the peer is refused
     */
    PeerStreams accept(Socket raw, ConnectionReaper reaper) throws IOException;

    /**
     * Lets the JVM load and compile what a connection needs, for half a second at most.
     *
     * @throws IOException if connections fail
     */
    void warmUp() throws IOException;

    @Override
    void close();

    /** Neither encrypted nor authenticated. */
    final class Plain implements PeerTransport {
        private Plain() {}

        @Override
        public PeerStreams connect(SocketChannel raw, MessageClient.Options service, Deadline deadline)
                throws IOException {
            return streams(raw.socket());
        }

        @Override
        public PeerStreams accept(Socket raw, ConnectionReaper reaper) throws IOException {
            return streams(raw);
        }

        private static PeerStreams streams(Socket raw) throws IOException {
            return new PeerStreams(raw.getInputStream(), raw.getOutputStream(), null, () -> false);
        }

        @Override
        public void warmUp() {}

        @Override
        public void close() {}
    }
}
