package toystore.wire.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import toystore.certs.CertificateFolder;
import toystore.common.ConnectionReaper;
import toystore.wire.message.Role;

/** The ways in which messages travel, for tests that hold for both. */
enum TestPeers {
    PLAIN,
    TLS;

    private static final Map<Role, PeerTransport> OPENED = new EnumMap<>(Role.class);

    /** The transport of a service in that role. It stays open until the tests have ended. */
    PeerTransport of(Role role) {
        return this == PLAIN ? PeerTransport.PLAIN : tls(role);
    }

    /** A listener on a free port. Its sockets have the streams of the transport of a catalog. */
    ServerSocket listen() throws IOException {
        InetAddress local = InetAddress.getLoopbackAddress();
        return this == PLAIN ? new ServerSocket(0, 1, local) : new TlsListener(of(Role.CATALOG), local);
    }

    /** Handshakes on a thread of its own, because a test may wait for its own connection. */
    private static final class TlsListener extends ServerSocket {
        private static final ConnectionReaper REAPER =
                new ConnectionReaper("test-listeners", Duration.ofHours(1)); // is never started

        private final PeerTransport transport;
        private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();

        TlsListener(PeerTransport transport, InetAddress local) throws IOException {
            super(0, 1, local);
            this.transport = transport;
            new Thread(this::acceptAll).start();
        }

        private void acceptAll() {
            try {
                while (true) {
                    Socket raw = super.accept();
                    accepted.add(new SecuredSocket(raw, transport.accept(raw, REAPER)));
                }
            } catch (IOException closed) {
                // at the end of the test
            }
        }

        @Override
        public Socket accept() throws IOException {
            try {
                return accepted.take();
            } catch (InterruptedException e) {
                throw new InterruptedIOException(e.getMessage());
            }
        }
    }

    private static final class SecuredSocket extends Socket {
        private final Socket raw;
        private final PeerStreams streams;

        SecuredSocket(Socket raw, PeerStreams streams) {
            this.raw = raw;
            this.streams = streams;
        }

        @Override
        public InputStream getInputStream() {
            return streams.in();
        }

        @Override
        public OutputStream getOutputStream() {
            return streams.out();
        }

        @Override
        public synchronized void close() throws IOException {
            raw.close();
        }
    }

    private static synchronized PeerTransport tls(Role role) {
        try {
            if (OPENED.isEmpty()) {
                Path folder = Files.createTempDirectory("toystore-peers");
                CertificateFolder.make(folder, List.of(), Clock.systemUTC());
                for (Role each : Role.values()) {
                    OPENED.put(each, PeerTls.open(folder, each));
                }
                delete(folder);
            }
            return OPENED.get(role);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The files are not needed any more: a check that finds none keeps what was read. */
    private static void delete(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
