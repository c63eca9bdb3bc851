package toystore.wire.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.ConnectionReaper;
import toystore.common.Threads;
import toystore.common.log.Trace;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.ServiceRequest;

/**
 * One connection of a {@link MessageServer}, served by one thread: it reads a line, has it handled, writes the reply, and
 * so on. At the first line that is no request it says so and ends: what follows may be anything, such as the body of a
 * request that a web page made a browser send. A {@link DeferredReply} is written by whoever knows it, while this thread waits for the next line already; it is not
 * handled before that is done, so that one thread writes at a time, and replies come in the order of the requests.
 */
final class MessageSession<Q extends ServiceRequest<?>> {
    /** The type of a line that is no request. */
    private static final String MALFORMED = "malformed";

    /** What a browser, or another client of HTTP, shows as an error. */
    private static final Answer HTTP = new Answer(MALFORMED, Refusal.NOT_UNDERSTOOD, null, httpResponse());

    private static final byte[] NOTHING = {};
    private static final int MOST_UNSENT = 16 * 1024;

    private static final Logger log = LoggerFactory.getLogger(MessageSession.class);

    private final MessageServer<Q> server;
    private final LineReader lines;
    private final OutputStream out;
    private final ConnectionReaper.Deadline reading;
    private final ConnectionReaper.Deadline writing;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream(256);
    private CompletableFuture<Void> answered = CompletableFuture.completedFuture(null); // the request before

    /** A reply, and what the log says of it. */
    record Answer(String type, int code, Refusal.Reason reason, byte[] line) {
        boolean isToMalformed() {
            return type.equals(MALFORMED);
        }

        String summary() {
            return type + " " + code
                    + (reason == null ? "" : " " + reason.name().toLowerCase(Locale.ROOT));
        }
    }

    MessageSession(
            MessageServer<Q> server,
            Socket socket,
            ConnectionReaper.Deadline reading,
            ConnectionReaper.Deadline writing)
            throws IOException {
        this.server = server;
        this.lines = new LineReader(socket.getInputStream(), MessageCodec.MAX_LINE);
        this.out = socket.getOutputStream();
        this.reading = reading;
        this.writing = writing;
    }

    /** Serves the peer to the end; says how the connection is to be closed. */
    SocketServer.Ending run() throws IOException {
        try {
            SocketServer.Ending ending = null;
            while (ending == null) {
                byte[] line = next();
                ending = line == null ? SocketServer.Ending.CLOSE : serve(line);
            }
            return ending;
        } catch (MalformedMessageException | EOFException e) {
            sendNow(lines.isHttp() ? HTTP : notUnderstood(e.getMessage()), server.now());
            return SocketServer.Ending.LINGER;
        }
    }

    private byte[] next() throws IOException, MalformedMessageException {
        if (answered.isDone() && !lines.hasLine()) {
            flush();
        }
        reading.start();
        try {
            return lines.next();
        } finally {
            reading.stop();
            answered.join();
        }
    }

    /** Serves a request; says how the connection is to be closed, {@code null} if it is not. */
    private SocketServer.Ending serve(byte[] line) throws IOException {
        long begun = server.now();
        String id = MessageCodec.traceOf(line);
        Trace trace = Trace.begin(id);
        try (trace) {
            return answer(line, id, begun);
        }
    }

    private SocketServer.Ending answer(byte[] line, String id, long begun) throws IOException {
        Q request;
        try {
            request = MessageCodec.<Q>decodeRequest(server.requests(), line);
        } catch (MalformedMessageException e) {
            // whoever sends this may not know what it sends, so nothing that follows is carried out
            sendNow(notUnderstood(e.getMessage()), begun);
            return SocketServer.Ending.LINGER;
        }
        String type = request.type();
        Answer answer;
        try {
            Reply reply = server.handle(request);
            if (reply instanceof ReplyStream stream) {
                send(type, stream, begun);
                return SocketServer.Ending.CLOSE;
            }
            if (reply instanceof DeferredReply later) {
                flush();
                answerLater(type, id, begun, later);
                return null;
            }
            answer = success(type, reply);
        } catch (RefusedException e) {
            answer = refusal(type, e.refusal());
        } catch (RuntimeException e) {
            answer = fault(type, e);
        }
        send(answer, begun);
        return null;
    }

    private void answerLater(String type, String id, long begun, DeferredReply later) {
        answered = later.outcome().handle((reply, failure) -> {
            Trace trace = Trace.begin(id); // whatever that thread is at
            try (trace) {
                sendNow(failure == null ? success(type, reply) : failure(type, failure), begun);
            } catch (IOException gone) {
                log.debug("a peer was gone when its reply was known: {}", gone.toString());
            } catch (Error e) {
                Threads.endIfFatal(e); // here, nobody else would see it
                throw e;
            }
            return null;
        });
    }

    private static Answer success(String type, Reply reply) {
        try {
            return new Answer(type, Reply.OK, null, MessageCodec.encode(reply));
        } catch (RuntimeException e) {
            return fault(type, e);
        }
    }

    private static Answer refusal(String type, Refusal refusal) {
        return new Answer(type, refusal.code(), refusal.reason(), MessageCodec.encode(refusal));
    }

    private static Answer notUnderstood(String message) {
        return refusal(MALFORMED, Refusal.notUnderstood(message));
    }

    private static byte[] httpResponse() {
        String text = "This port is for the services of the store, which do not speak HTTP. The frontend does.\n";
        String head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: " + text.length()
                + "\r\nConnection: close\r\n\r\n";
        return (head + text).getBytes(US_ASCII);
    }

    private static Answer failure(String type, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RefusedException e ? refusal(type, e.refusal()) : fault(type, cause);
    }

    private static Answer fault(String type, Throwable failure) {
        log.error("a request could not be handled", failure);
        return refusal(type, Refusal.fault("internal error; the log of the service has it"));
    }

    /** From here on the stream is closed, whatever happens. The connection is for it alone. */
    private void send(String type, ReplyStream stream, long begun) throws IOException {
        try (stream) {
            sendNow(new Answer(type, Reply.OK, null, NOTHING), begun);
            while (!server.isClosing()) {
                write(MessageCodec.encode(stream.next()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends a reply, now or with those to requests that have come already; for the thread that reads them. */
    private void send(Answer answer, long begun) throws IOException {
        if (lines.hasLine() && unsent.size() < MOST_UNSENT) {
            server.count(answer);
            unsent.writeBytes(answer.line());
            server.ended(answer, begun);
        } else {
            sendNow(answer, begun);
        }
    }

    private void sendNow(Answer answer, long begun) throws IOException {
        server.count(answer);
        unsent.writeBytes(answer.line());
        try {
            flush();
        } finally {
            server.ended(answer, begun);
        }
    }

    /** Replies to requests that came together leave in one write. */
    private void flush() throws IOException {
        if (unsent.size() > 0) {
            byte[] replies = unsent.toByteArray();
            unsent.reset();
            write(replies);
        }
    }

    private void write(byte[] line) throws IOException {
        writing.start();
        try {
            out.write(line);
        } finally {
            writing.stop();
        }
    }
}
