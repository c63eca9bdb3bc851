package toystore.wire.net;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Request;
import toystore.wire.message.Traffic;

/**
 * Serves messages: reads a line, has it handled, writes the reply, and so on until the peer closes or is silent for
 * too long. A request holds its connection's thread from its first byte to its reply.
 */
public final class MessageServer<Q extends Request<?>> implements Closeable {

    /** Answers a request. Called by many threads at once. */
    public interface Handler<Q> {
        Reply handle(Q request) throws RefusedException;
    }

    private static final Logger log = LoggerFactory.getLogger(MessageServer.class);
    private static final int CONNECTIONS = 256;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(8);

    private final Class<? super Q> requests;
    private final LongAdder served = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final Duration idle;
    private final SocketServer server;
    private Handler<Q> handler; // set before any thread serves

    /**
     * Takes the address; {@link #start} serves.
     *
     * @param requests the sealed interface of what it can be asked
     * @param idle how long a connection may be silent before it is closed
     * @throws IOException if the address cannot be listened on
     */
    public MessageServer(SocketServer.Options options, Duration idle, Class<? super Q> requests) throws IOException {
        this.requests = requests;
        this.idle = idle;
        this.server = SocketServer.bind(options, new Lines(options));
    }

    /** For up to 256 connections. */
    public MessageServer(String name, Address listen, Class<? super Q> requests) throws IOException {
        this(new SocketServer.Options(name, listen, CONNECTIONS, 0, GRACE), IDLE, requests);
    }

    /** Serves from now on. */
    public void start(Handler<Q> answers) {
        handler = answers;
        server.start();
    }

    public Address address() {
        return server.address();
    }

    public Traffic traffic() {
        return new Traffic(server.connections(), served.sum(), refused.sum(), malformed.sum());
    }

    @Override
    public void close() {
        server.close();
    }

    private byte[] answer(byte[] line) {
        try {
            byte[] reply = MessageCodec.encode(handler.handle(MessageCodec.<Q>decodeRequest(requests, line)));
            served.increment();
            return reply;
        } catch (RefusedException e) {
            refused.increment();
            return MessageCodec.encode(e.refusal());
        } catch (MalformedMessageException e) {
            return notUnderstood(e.getMessage());
        } catch (RuntimeException e) {
            refused.increment();
            log.error("a request could not be handled", e);
            return MessageCodec.encode(Refusal.fault("internal error; the log of the service has it"));
        }
    }

    private byte[] notUnderstood(String message) {
        malformed.increment();
        return MessageCodec.encode(Refusal.notUnderstood(message));
    }

    private final class Lines implements SocketServer.Protocol {
        private final byte[] refusal;

        Lines(SocketServer.Options options) {
            String full = options.name() + " serves " + options.threads() + " connections already";
            this.refusal = MessageCodec.encode(Refusal.notReady(full));
        }

        @Override
        public byte[] refusal() {
            return refusal;
        }

        @Override
        public SocketServer.Ending serve(Socket socket, long accepted) throws IOException {
            socket.setSoTimeout((int) idle.toMillis());
            LineReader lines = new LineReader(socket.getInputStream(), MessageCodec.MAX_LINE);
            try {
                for (byte[] line = lines.next(); line != null; line = lines.next()) {
                    socket.getOutputStream().write(answer(line));
                }
            } catch (MalformedMessageException | EOFException e) {
                // where the next request would begin is not known: say so, and end the connection
                socket.getOutputStream().write(notUnderstood(e.getMessage()));
                return SocketServer.Ending.LINGER;
            } catch (SocketTimeoutException silent) {
                log.debug("closing a connection that was silent for {} s", idle.toSeconds());
            }
            return SocketServer.Ending.CLOSE;
        }
    }
}
