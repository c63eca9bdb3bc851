package toystore.wire.net;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.Request;
import toystore.wire.message.Traffic;
import toystore.wire.trace.Millis;
import toystore.wire.trace.Trace;

/**
 * Serves messages: reads a line, has it handled, writes the reply, and so on until the peer closes or is silent for
 * too long. A request holds its connection's thread from its first byte to its reply, and is handled under its trace.
 * One that carries a trace has a line in the log named {@code messages} once it is answered: its type, the code of the
 * reply, the reason if the shop refused it, and how long that took: {@code post 404 out_of_stock in 0.120 ms}.
 */
public final class MessageServer<Q extends Request<?>> implements Closeable {

    /** Answers a request. Called by many threads at once. */
    public interface Handler<Q> {
        Reply handle(Q request) throws RefusedException;
    }

    private static final Logger log = LoggerFactory.getLogger(MessageServer.class);
    private static final Logger messages = LoggerFactory.getLogger("messages");
    /** The type of a line that is no request. */
    private static final String MALFORMED = "malformed";

    private static final int CONNECTIONS = 256;
    static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(8);

    private final Class<? super Q> requests;
    private final LongAdder served = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final Watchdog watchdog;
    private final SocketServer server;
    private Handler<Q> handler; // set before any thread serves
    private MessageObserver observer; // likewise

    /**
     * Takes the address; {@link #start} serves.
     *
     * @param requests the sealed interface of what it can be asked
     * @param idle how long a peer may be silent, or take to read a reply, before its connection is closed
     * @throws IOException if the address cannot be listened on
     */
    public MessageServer(SocketServer.Options options, Duration idle, Class<? super Q> requests) throws IOException {
        this.requests = requests;
        this.watchdog = new Watchdog(options.name() + "-watchdog", idle);
        this.server = SocketServer.bind(options, new Lines(options));
    }

    /** For up to 256 connections. */
    public MessageServer(String name, Address listen, Class<? super Q> requests) throws IOException {
        this(new SocketServer.Options(name, listen, CONNECTIONS, 0, GRACE), IDLE, requests);
    }

    /** Serves from now on. */
    public void start(Handler<Q> answers) {
        start(answers, MessageObserver.NONE);
    }

    /** The same, with somebody who is told of every message. */
    public void start(Handler<Q> answers, MessageObserver told) {
        handler = answers;
        observer = told;
        watchdog.start();
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
        try (watchdog) {
            server.close();
        }
    }

    private Answer answerTo(byte[] line) {
        String type = MALFORMED;
        try {
            Q request = MessageCodec.<Q>decodeRequest(requests, line);
            type = request.type();
            Reply reply = handler.handle(request);
            served.increment();
            if (reply instanceof ReplyStream stream) {
                return new Answer(type, Reply.OK, null, new byte[0], stream);
            }
            return new Answer(type, Reply.OK, null, MessageCodec.encode(reply), null);
        } catch (RefusedException e) {
            refused.increment();
            return Answer.of(type, e.refusal());
        } catch (MalformedMessageException e) {
            return notUnderstood(e.getMessage());
        } catch (RuntimeException e) {
            refused.increment();
            log.error("a request could not be handled", e);
            return Answer.of(type, Refusal.fault("internal error; the log of the service has it"));
        }
    }

    private Answer notUnderstood(String message) {
        malformed.increment();
        return Answer.of(MALFORMED, Refusal.notUnderstood(message));
    }

    /**
     * A reply, and what the log says of it.
     *
     * @param stream of the replies that follow; {@code null} if none do
     */
    private record Answer(String type, int code, Refusal.Reason reason, byte[] line, ReplyStream stream) {
        static Answer of(String type, Refusal refusal) {
            return new Answer(type, refusal.code(), refusal.reason(), MessageCodec.encode(refusal), null);
        }

        String summary() {
            return type + " " + code
                    + (reason == null ? "" : " " + reason.name().toLowerCase(Locale.ROOT));
        }
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
            Watchdog.Wait wait = watchdog.watch(socket);
            try {
                return new Session(socket, wait).run();
            } finally {
                watchdog.forget(wait);
            }
        }
    }

    /** One connection, served by one thread. */
    private final class Session {
        private final LineReader lines;
        private final OutputStream out;
        private final Watchdog.Wait wait;

        Session(Socket socket, Watchdog.Wait wait) throws IOException {
            this.lines = new LineReader(socket.getInputStream(), MessageCodec.MAX_LINE);
            this.out = socket.getOutputStream();
            this.wait = wait;
        }

        SocketServer.Ending run() throws IOException {
            try {
                for (byte[] line = next(); line != null; line = next()) {
                    ReplyStream stream = answer(line);
                    if (stream != null) {
                        write(stream);
                        break;
                    }
                }
                return SocketServer.Ending.CLOSE;
            } catch (MalformedMessageException | EOFException e) {
                // where the next request would begin is not known: say so, and end the connection
                reply(notUnderstood(e.getMessage()), System.nanoTime());
                return SocketServer.Ending.LINGER;
            }
        }

        private byte[] next() throws IOException, MalformedMessageException {
            wait.begin();
            try {
                return lines.next();
            } finally {
                wait.end();
            }
        }

        /** Answers a request; returns the replies that are to follow, {@code null} if none are. */
        private ReplyStream answer(byte[] line) throws IOException {
            long begun = System.nanoTime();
            String id = MessageCodec.traceOf(line);
            Trace trace = id == null ? null : Trace.begin(id);
            try (trace) {
                Answer answer = answerTo(line);
                reply(answer, begun);
                return answer.stream();
            }
        }

        private void write(ReplyStream stream) throws IOException {
            try (stream) {
                while (!server.isClosing()) {
                    write(MessageCodec.encode(stream.next()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void reply(Answer answer, long begun) throws IOException {
            try {
                write(answer.line());
            } finally {
                long nanos = System.nanoTime() - begun;
                observer.observe(answer.type(), answer.code(), nanos);
                if (Trace.current() != null && messages.isInfoEnabled()) {
                    messages.info(answer.summary() + " in " + Millis.of(nanos) + " ms");
                }
            }
        }

        private void write(byte[] line) throws IOException {
            wait.begin();
            try {
                out.write(line);
            } finally {
                wait.end();
            }
        }
    }
}
