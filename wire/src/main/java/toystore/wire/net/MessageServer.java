package toystore.wire.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.ConnectionReaper;
import toystore.common.ConnectionReaper.Deadline;
import toystore.common.Threads;
import toystore.common.log.LimitedLog;
import toystore.common.log.Millis;
import toystore.common.log.Phases;
import toystore.common.log.Trace;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.Permissions;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.Role;
import toystore.wire.message.ServiceRequest;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.SocketServer.Ending;

/**
 * Serves the messages of one service.
 *
 * <p>Each connection has a thread, which reads a line, handles the request under its trace, writes the reply, and so on
 * until the peer closes the connection or is silent for too long. The thread that completes a {@link DeferredReply}
 * sends it; the connection's thread handles the next request meanwhile. Replies have the order of the requests, so a
 * reply may have to wait for an earlier one, and leaves with it.
 *
 * <p>If the peers have roles, a request that the role does not allow is refused; see {@link Permissions}.
 *
 * <p>A request that carries a trace has a line in the log named {@code messages}, with its type, the code of the reply,
 * the reason of a refusal, and the time that it took: {@code reserve 404 out_of_stock in 0.120 ms}. If the handler has
 * ended {@linkplain Trace#phases phases} of the request, the line has them, too.
 */
public final class MessageServer<Q extends ServiceRequest<?>> implements Closeable {

    /** Handles the requests. Called by many threads at once. */
    public interface Handler<Q> {
        Reply handle(Q request) throws RefusedException;
    }

    /** A peer may be silent for so long. */
    static final Duration IDLE = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(MessageServer.class);
    private static final Logger messages = LoggerFactory.getLogger("messages");
    private static final int CONNECTIONS = 256;
    private static final Duration GRACE = Duration.ofSeconds(8);
    /**
     * A peer may take so long to make room for replies. It is short because the thread that writes them may have replies
     * for other peers, and because a peer that reads has room.
     */
    private static final Duration WRITE_TIMEOUT = Duration.ofMillis(250);
    /** The type, in metrics and in the log, of a line that is not a request. */
    private static final String MALFORMED = "malformed";
    /** The reply to an HTTP client, which shows it to its user. */
    private static final Answer HTTP_ANSWER = new Answer(MALFORMED, Refusal.NOT_UNDERSTOOD, null, httpResponse());

    private final Class<? super Q> requests;
    private final Duration idle;
    private final PeerTransport transport;
    private final LimitedLog forbidden = new LimitedLog(log);
    private final LongAdder served = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final ConnectionReaper reaper;
    private final SocketServer server;
    private Handler<Q> handler; // set before any thread serves
    private MessageObserver observer; // likewise

    /** The line of a reply, and its description in metrics and in the log. */
    private record Answer(String type, int code, Refusal.Reason reason, byte[] line) {
        String summary() {
            return type + " " + code
                    + (reason == null ? "" : " " + reason.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Binds the address; {@link #start} serves.
     *
     * @param requests the sealed interface of the requests to this service
     * @param idle how long a peer may be silent before its connection is closed
     * @param transport of the connections; the caller closes it afterwards
     * @throws IOException if the address cannot be bound
     */
    public MessageServer(
            SocketServer.Options options, Duration idle, Class<? super Q> requests, PeerTransport transport)
            throws IOException {
        this.requests = requests;
        this.idle = idle;
        this.transport = transport;
        this.reaper = new ConnectionReaper(options.name() + "-reaper", ConnectionReaper.tickFor(WRITE_TIMEOUT));
        this.server = SocketServer.bind(options, new Messages(options));
    }

    /** A server for up to 256 connections. */
    public MessageServer(String name, Address listen, Class<? super Q> requests, PeerTransport transport)
            throws IOException {
        this(new SocketServer.Options(name, listen, CONNECTIONS, GRACE), IDLE, requests, transport);
    }

    /** The same, with plain connections. */
    public MessageServer(String name, Address listen, Class<? super Q> requests) throws IOException {
        this(name, listen, requests, PeerTransport.PLAIN);
    }

    /** Starts to serve. */
    public void start(Handler<Q> requestHandler) throws IOException {
        start(requestHandler, MessageObserver.NONE);
    }

    /** Starts to serve; the observer is called for every message. */
    public void start(Handler<Q> requestHandler, MessageObserver messageObserver) throws IOException {
        handler = requestHandler;
        observer = messageObserver;
        reaper.start();
        server.start();
    }

    public Address address() {
        return server.address();
    }

    public TrafficStats traffic() {
        return new TrafficStats(server.connections(), served.sum(), refused.sum(), malformed.sum());
    }

    @Override
    public void close() {
        try (reaper) {
            server.close();
        }
    }

    private final class Messages implements SocketServer.Protocol {
        private final byte[] refusal;

        Messages(SocketServer.Options options) {
            String full = options.name() + " serves " + options.threads() + " connections already";
            this.refusal = MessageCodec.encode(Refusal.notReady(full));
        }

        @Override
        public byte[] refusal() {
            return refusal;
        }

        @Override
        public Ending serve(Socket socket, long accepted) throws IOException {
            PeerStreams peer;
            try {
                peer = transport.accept(socket, reaper);
            } catch (NotTlsException e) {
                // not 400: the peer's request may be right, and its clients are not to blame for its configuration
                Answer answer = e.mayBeHttp()
                        ? HTTP_ANSWER
                        : MessageServer.refusal(MALFORMED, Refusal.notReady(e.getMessage()));
                count(answer);
                socket.getOutputStream().write(answer.line()); // fits into the socket's buffer
                return Ending.LINGER;
            } catch (SSLException e) {
                return Ending.LINGER; // the peer has an alert to read
            }
            try (Deadline reading = reaper.watch(socket, idle);
                    Deadline writing = reaper.watch(socket, WRITE_TIMEOUT)) {
                return new Session(socket, peer, reading, writing).run();
            }
        }
    }

    /**
     * One connection. It ends at the first line that is not a request, after a reply that says so: the bytes that
     * follow may be anything, such as the body of a request that a web page made a browser send.
     */
    private final class Session {
        private final Socket socket;
        private final Role peer; // null without certificates
        private final LineReader lines;
        private final OutputStream out;
        private final Deadline reading;
        private final Deadline writing;
        private final ReplyQueue replies = new ReplyQueue(this::write);

        Session(Socket socket, PeerStreams streams, Deadline reading, Deadline writing) {
            this.socket = socket;
            this.peer = streams.peer();
            this.lines = new LineReader(streams.in(), MessageCodec.MAX_LINE);
            this.out = streams.out();
            this.reading = reading;
            this.writing = writing;
        }

        /** Serves the peer until the connection is to be closed. */
        Ending run() throws IOException {
            WriteBatch batch = WriteBatch.begin();
            try (batch) {
                return serveAll(batch);
            } catch (MalformedMessageException | EOFException e) {
                reply(lines.isHttp() ? HTTP_ANSWER : notUnderstood(e.getMessage()), now());
                return Ending.LINGER;
            } finally {
                replies.awaitEmpty();
            }
        }

        /** Keeps messages in the batch while there are requests that have arrived already. */
        private Ending serveAll(WriteBatch batch) throws IOException, MalformedMessageException {
            Ending ending = null;
            while (ending == null) {
                if (!lines.hasLine() || replies.isFull()) {
                    batch.flush();
                    replies.awaitRoom();
                }
                byte[] line = replies.isBroken() ? null : next();
                ending = line == null ? Ending.CLOSE : serve(line, batch);
            }
            return ending;
        }

        private byte[] next() throws IOException, MalformedMessageException {
            reading.start();
            try {
                return lines.next();
            } finally {
                reading.stop();
            }
        }

        /** Serves a request. Returns how the connection is to be closed, or {@code null} if it stays open. */
        private Ending serve(byte[] line, WriteBatch batch) throws IOException {
            long start = now();
            String id = MessageCodec.traceOf(line);
            Trace trace = Trace.begin(id, id == null ? Phases.NONE : phases(start));
            try (trace) {
                return answer(line, batch, id, start);
            }
        }

        private Ending answer(byte[] line, WriteBatch batch, String id, long start) throws IOException {
            Q request;
            try {
                request = MessageCodec.<Q>decodeRequest(requests, line);
            } catch (MalformedMessageException e) {
                // the lines that follow may not be requests either: none of them is handled
                reply(notUnderstood(e.getMessage()), start);
                return Ending.LINGER;
            }
            String type = request.type();
            Answer answer;
            try {
                requirePermission(request);
                Reply reply = handler.handle(request);
                if (reply instanceof ReplyStream stream) {
                    batch.flush();
                    replyWith(stream, type, start);
                    return Ending.CLOSE;
                }
                if (reply instanceof DeferredReply deferred) {
                    replyLater(type, id, start, deferred);
                    return null;
                }
                answer = success(type, reply);
            } catch (RefusedException e) {
                answer = refusal(type, e.refusal());
            } catch (RuntimeException e) {
                answer = fault(type, e);
            }
            reply(answer, start);
            return null;
        }

        private void requirePermission(Q request) throws RefusedException {
            if (peer != null && !Permissions.allows(peer, request)) {
                Refusal refusal = Refusal.forbidden(peer, request);
                forbidden.warn("refused a request of " + socket.getRemoteSocketAddress() + ": " + refusal.message());
                throw new RefusedException(refusal);
            }
        }

        private void replyLater(String type, String id, long start, DeferredReply deferred) {
            Phases phases = Trace.phases();
            ReplyQueue.Slot slot = replies.add();
            CompletableFuture<?> unused = deferred.outcome().whenComplete((reply, failure) -> {
                Trace trace = Trace.begin(id, phases); // that thread may work on another request
                try (trace) {
                    Answer answer = failure == null ? success(type, reply) : failure(type, failure);
                    report(answer, start);
                    send(slot, answer);
                } catch (RuntimeException | Error e) {
                    Threads.endIfFatal(e); // the future would swallow it
                    log.error("a reply is missing", e);
                    breakOff();
                    throw e;
                }
            });
        }

        private void reply(Answer answer, long start) {
            report(answer, start);
            send(replies.add(), answer);
        }

        private void report(Answer answer, long start) {
            count(answer);
            try {
                observe(answer, start);
            } catch (RuntimeException e) {
                log.error("a request could not be counted", e); // the peer still gets the reply
            }
        }

        private void send(ReplyQueue.Slot slot, Answer answer) {
            replies.put(slot, answer.line());
            WriteBatch.add(replies);
        }

        /** Ends the connection: further replies would be taken for those to other requests. */
        private void breakOff() {
            replies.breakOff();
            try {
                socket.close();
            } catch (IOException e) {
                log.debug("close: {}", e.toString());
            }
        }

        /** Sends the replies of a stream until it, the peer or the server ends. Closes the stream in any case. */
        private void replyWith(ReplyStream stream, String type, long start) throws IOException {
            try (stream) {
                replies.awaitEmpty();
                Answer begun = new Answer(type, Reply.OK, null, new byte[0]);
                report(begun, start);
                while (!server.isClosing()) {
                    write(MessageCodec.encode(stream.next()));
                }
            } catch (RefusedException e) {
                reply(refusal(type, e.refusal()), start);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(byte[] line) throws IOException {
            boolean sent = false;
            writing.start();
            try {
                out.write(line);
                sent = true;
            } finally {
                writing.stop();
                if (!sent) {
                    breakOff();
                }
            }
        }
    }

    private static Answer success(String type, Reply reply) {
        try {
            return new Answer(type, Reply.OK, null, MessageCodec.encode(reply));
        } catch (RuntimeException e) {
            return fault(type, e);
        }
    }

    private static Answer failure(String type, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RefusedException e ? refusal(type, e.refusal()) : fault(type, cause);
    }

    private static Answer fault(String type, Throwable failure) {
        log.error("a request could not be handled", failure);
        return refusal(type, Refusal.fault("internal error; the log of the service has it"));
    }

    private static Answer notUnderstood(String message) {
        return refusal(MALFORMED, Refusal.notUnderstood(message));
    }

    private static Answer refusal(String type, Refusal refusal) {
        return new Answer(type, refusal.code(), refusal.reason(), MessageCodec.encode(refusal));
    }

    private static byte[] httpResponse() {
        String text = "This port is for the services of the store, which do not speak HTTP. The frontend does.\n";
        String head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: " + text.length()
                + "\r\nConnection: close\r\n\r\n";
        return (head + text).getBytes(US_ASCII);
    }

    /** The time, on the clock of {@link System#nanoTime()}; 0 if nothing needs the duration of the request. */
    private long now() {
        return observer == MessageObserver.NONE && !messages.isInfoEnabled() ? 0 : System.nanoTime();
    }

    /** The phases of a request that began then. Without a log of requests, they are not measured. */
    private static Phases phases(long start) {
        return messages.isInfoEnabled() ? new Phases(start) : Phases.NONE;
    }

    /** Counts a reply that is about to be sent. */
    private void count(Answer answer) {
        if (answer.code() == Reply.OK) {
            served.increment();
        } else if (answer.type().equals(MALFORMED)) {
            malformed.increment();
        } else {
            refused.increment();
        }
    }

    /** Reports a request that was answered, on the thread that has its trace. */
    private void observe(Answer answer, long start) {
        if (start == 0) {
            return;
        }
        long nanos = System.nanoTime() - start;
        observer.observe(answer.type(), answer.code(), nanos);
        if (Trace.current() != null && messages.isInfoEnabled()) {
            messages.info(answer.summary() + Trace.phases().text("reply", nanos) + " in " + Millis.of(nanos) + " ms");
        }
    }
}
