package toystore.frontend.http.session;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Network;
import toystore.common.log.LimitedLog;
import toystore.frontend.http.AddressRates;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Peer;
import toystore.frontend.http.Status;
import toystore.frontend.http.session.SessionReaper.Phase;
import toystore.frontend.http.session.SessionReaper.SessionState;
import toystore.tls.Tls;
import toystore.wire.net.SocketServer.Ending;

/**
 * Serves HTTP over TLS (RFC 9110 §4.2.2) on accepted sockets, on the threads of their sessions. Thread-safe.
 *
 * <pre>
 *   first byte   0x16 (a handshake record)   handshake, session, close_notify
 *                a letter (plain HTTP)       400, which says to use https
 *                anything else               closed
 * </pre>
 *
 * A connection whose address has begun too many handshakes is closed instead of beginning another one.
 *
 * The TLS socket is layered over the accepted one and never closed. {@link SessionReaper} and the closer of the server
 * know the accepted socket only, so nobody waits for a lock of the TLS socket.
 */
final class TlsServer {
    /**
     * The answer to a connection that is refused before its handshake: the fatal alert {@code internal_error} (RFC 8446
     * §6). A response of HTTP would not be understood.
     */
    static final byte[] REFUSAL = {21, 3, 3, 0, 2, 2, 80};

    private static final Logger log = LoggerFactory.getLogger(TlsServer.class);
    private static final int HANDSHAKE_RECORD = 22; // RFC 8446 §5.1
    private static final int BUFFER = 4096; // bytes of records that are read ahead

    private final Supplier<SSLContext> contexts;
    private final SSLParameters parameters;
    private final AddressLimits limits;
    private final AddressRates rates; // of handshakes
    private final LongAdder completed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder notTls = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LimitedLog refusals = new LimitedLog(log);

    /**
     * A server that accepts no connections itself.
     *
     * @param contexts the context for the next connection: it changes when certificates are renewed
     */
    TlsServer(Supplier<SSLContext> contexts, AddressLimits limits) {
        this.contexts = contexts;
        this.limits = limits;
        this.rates = limits.handshakes();
        this.parameters = Tls.parameters(contexts.get(), Tls.PROTOCOLS);
        this.parameters.setApplicationProtocols(new String[] {"http/1.1", "http/1.0"});
    }

    /** The handshakes so far. */
    HttpServer.Handshakes handshakes() {
        return new HttpServer.Handshakes(completed.sum(), failed.sum(), notTls.sum(), refused.sum());
    }

    /** Serves one connection. Returns how to close the socket. */
    Ending serve(Socket socket, SessionState state, HttpSession.Context context) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        in.mark(1);
        int first = in.read();
        if (first < 0) {
            return Ending.CLOSE;
        }
        in.reset();
        if (first != HANDSHAKE_RECORD) {
            notTls.increment();
            return isLetter(first) ? refusePlain(socket, in, state, context) : Ending.CLOSE;
        }
        if (!mayBegin(socket.getInetAddress())) {
            refused.increment();
            refusals.warn("closed a connection of " + Network.text(socket.getInetAddress())
                    + " before its TLS handshake: its address began more than --handshakes-per-address allows, "
                    + limits.handshakesPerSecond() + " per second");
            return Ending.CLOSE;
        }
        state.enter(Phase.HANDSHAKE);
        try (Records records = new Records(in, state)) {
            SSLSocket tls = layer(socket, records);
            return handshake(socket, tls) ? serve(tls, in, state, context) : Ending.LINGER;
        } catch (SSLException e) {
            log.debug("the TLS connection with {} ended: {}", socket.getRemoteSocketAddress(), e.toString());
            return Ending.LINGER; // so that the alert arrives
        }
    }

    /** Returns whether an address may begin another handshake now. */
    private boolean mayBegin(InetAddress address) {
        return limits.exempt().test(address) || rates.take(address);
    }

    private static boolean isLetter(int first) {
        return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
    }

    private static Ending refusePlain(Socket socket, InputStream in, SessionState state, HttpSession.Context context)
            throws IOException {
        Peer peer = new Peer(socket.getInetAddress(), false, context.proxies());
        return new HttpSession(new Transport(in, socket.getOutputStream(), peer), state, context)
                .refuse(new HttpException(
                        Status.BAD_REQUEST, "this port expects HTTPS, but plain HTTP arrived: use https://"));
    }

    /** All input is "consumed" input, so that the socket reads nothing but these records. */
    private SSLSocket layer(Socket socket, InputStream records) throws IOException {
        SSLSocket tls = (SSLSocket) contexts.get().getSocketFactory().createSocket(socket, records, false);
        tls.setSSLParameters(parameters);
        return tls;
    }

    /** Returns whether it succeeds. The peer has got an alert if it does not. */
    private boolean handshake(Socket socket, SSLSocket tls) {
        try {
            tls.startHandshake();
            completed.increment();
            return true;
        } catch (IOException e) {
            failed.increment();
            log.debug("the TLS handshake with {} failed: {}", socket.getRemoteSocketAddress(), e.toString());
            return false;
        }
    }

    private static Ending serve(SSLSocket tls, InputStream records, SessionState state, HttpSession.Context context)
            throws IOException {
        Peer peer = new Peer(tls.getInetAddress(), true, context.proxies());
        Transport transport = new Transport(new Content(tls.getInputStream(), records), tls.getOutputStream(), peer);
        Ending ending = new HttpSession(transport, state, context).run();
        state.enter(Phase.WRITE);
        tls.shutdownOutput(); // sends close_notify, and does not wait for that of the peer
        return ending;
    }

    /**
     * The records of the peer. The end of the input is a timeout if the reaper has shut it down: the TLS socket stays
     * usable for the last response, which it does not after the end of the stream in TLS 1.2.
     */
    private static final class Records extends FilterInputStream {
        private final SessionState state;
        private volatile boolean closed; // read by the finalizer of TLS sockets in JDK 17, which must not wait

        Records(InputStream in, SessionState state) {
            super(in);
            this.state = state;
        }

        @Override
        public int read() throws IOException {
            checkOpen();
            return checked(super.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            checkOpen();
            return checked(super.read(bytes, offset, length));
        }

        @Override
        public int available() throws IOException {
            return closed ? 0 : super.available();
        }

        private void checkOpen() throws SocketException {
            if (closed) {
                throw new SocketException("closed");
            }
        }

        private int checked(int result) throws SocketTimeoutException {
            if (result < 0 && (state.isEnding() || state.ended() != null)) {
                throw new SocketTimeoutException("the client takes too long");
            }
            return result;
        }

        /**
         * Ends this stream, and leaves the socket open. Reads fail from now on: at the end of the stream, the TLS socket
         * would read from the socket itself.
         */
        @Override
        public void close() {
            closed = true;
        }
    }

    /** The bytes of HTTP: the content of the records. */
    private static final class Content extends FilterInputStream {
        private final InputStream records;

        Content(InputStream in, InputStream records) {
            super(in);
            this.records = records;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (InterruptedIOException ended) {
                return -1;
            }
        }

        /** More than zero if the peer has sent a part of a record, too: it is not silent. */
        @Override
        public int available() throws IOException {
            return super.available() + records.available();
        }
    }
}
