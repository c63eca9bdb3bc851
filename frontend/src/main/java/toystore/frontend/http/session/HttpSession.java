package toystore.frontend.http.session;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import toystore.common.log.Phases;
import toystore.common.log.Trace;
import toystore.frontend.http.Fields;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Peer;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Router;
import toystore.frontend.http.Router.RoutedResponse;
import toystore.frontend.http.Status;
import toystore.frontend.http.TrustedProxies;
import toystore.frontend.http.parse.Head;
import toystore.frontend.http.parse.RequestLine;
import toystore.frontend.http.parse.RequestReader;
import toystore.frontend.http.session.ResponseWriter.Connection;
import toystore.frontend.http.session.SessionReaper.Phase;
import toystore.frontend.http.session.SessionReaper.SessionState;
import toystore.wire.net.SocketServer.Ending;

/**
 * Serves one client: reads its requests and answers them one after the other, until either side closes. One thread
 * runs it.
 *
 * <pre>
 *   FIRST_BYTE ─▶ (HEAD) ─▶ (BODY) ─▶ HANDLE ─▶ WRITE ─▶ IDLE
 *                    ▲                                     │
 *                    └─────────────────────────────────────┘
 * </pre>
 *
 * HEAD and BODY begin when the session waits for more bytes of them: a request that arrives at once has neither. BODY
 * also follows WRITE after {@code 100 Continue}, and HANDLE follows HANDLE if the next request was pipelined.
 *
 * <p>Reads have no timeout: in every phase but HANDLE, {@link SessionReaper} may end the session, because it times
 * out or is evicted. If a part of a request has arrived, the client gets 408. An idle client finds the connection
 * closed, as HTTP allows at any time, but a request that arrives at that moment is still answered.
 */
final class HttpSession {
    private static final int MAX_HELD = 16 * 1024; // bytes of responses that are not written yet
    private static final long MAX_HOLD = 10_000_000; // nanoseconds for which a response may not be written yet

    private final Transport transport;
    private final SessionState state;
    private final Context context;
    private final RequestReader reader;
    private final ResponseWriter writer;
    private final List<Exchange> unsent = new ArrayList<>(); // their responses are in the writer
    private Phase nextPhase = Phase.FIRST_BYTE; // begins when the session waits for bytes of the client
    private Fields fields; // of the last request; null before the first
    private String clientId; // the request id in these fields; null if they have none, or no valid one
    private Ending ending = Ending.CLOSE;

    /** What all sessions of a server share. */
    record Context(
            Router router,
            CompletedExchange.Observer observer,
            ResponseWriter.DateLine date,
            SessionReaper reaper,
            TrustedProxies proxies) {}

    /** A request in progress, as far as it is known, and its response. */
    private static final class Exchange {
        private static final String UNKNOWN = "-";

        private final long start = System.nanoTime();
        private RequestLine line; // null until it was read, like the next one
        private Fields fields;
        private String id; // null until it is known
        private RoutedResponse routed; // null until it is known
        private Phases phases = Phases.NONE;

        boolean isHead() {
            return line != null && line.method().equals("HEAD");
        }

        /** Returns whether the request changes nothing (RFC 9110 §9.2.1). */
        boolean isSafe() {
            return line != null && (line.method().equals("GET") || isHead());
        }

        CompletedExchange complete(boolean delivered, Peer peer) {
            Response response = routed.response();
            return new CompletedExchange(
                    id,
                    line == null ? UNKNOWN : line.method(),
                    line == null ? UNKNOWN : line.target(),
                    routed.route(),
                    response.status(),
                    isHead() ? 0 : response.body().length,
                    System.nanoTime() - start,
                    delivered,
                    phases,
                    peer,
                    fields);
        }
    }

    HttpSession(Transport transport, SessionState state, Context context) {
        this.transport = transport;
        this.state = state;
        this.context = context;
        this.reader = new RequestReader(transport.in(), transport.peer(), this::beforeWait);
        this.writer = new ResponseWriter(context.date(), transport.peer().encrypted());
    }

    /** Serves the client until the session ends. Returns how to close the connection. */
    Ending run() throws IOException {
        try {
            while (reader.awaitRequest() && serveOne() && state.ended() == null) {
                nextPhase = Phase.IDLE;
            }
            return ending;
        } finally {
            complete(false); // the exchanges whose responses could not be sent
        }
    }

    /** Answers the client with an error, without reading a request. Returns how to close the connection. */
    Ending refuse(HttpException error) throws IOException {
        try {
            refuse(new Exchange(), error);
            return ending;
        } finally {
            complete(false);
        }
    }

    /** Reads a request and answers it. Returns whether the session continues. */
    private boolean serveOne() throws IOException {
        Exchange exchange = new Exchange();
        nextPhase = Phase.HEAD;
        try {
            exchange.line = reader.readLine();
            Fields received = reader.readFields();
            exchange.fields = received;
            exchange.id = clientId(received);
            Head head = reader.head(exchange.line, received);
            return answer(exchange, head, readContent(head));
        } catch (HttpException e) {
            return refuse(exchange, e);
        } catch (EOFException e) {
            state.enter(Phase.HANDLE);
            return refuse(
                    exchange,
                    state.ended() == null
                            ? new HttpException(Status.BAD_REQUEST, e.getMessage())
                            : new HttpException(
                                    Status.REQUEST_TIMEOUT, "the request did not arrive completely " + state.ended()));
        }
    }

    /** The id that the client gives its request; {@code null} if it gives none, or no valid one. */
    @SuppressWarnings("ReferenceEquality") // the reader returns the same object for the same bytes
    private String clientId(Fields received) {
        if (received != fields) {
            List<String> given = received.all(ResponseWriter.ID_FIELD);
            clientId = given.size() == 1 && Trace.isValid(given.get(0)) ? given.get(0) : null;
            fields = received;
        }
        return clientId;
    }

    private Request readContent(Head head) throws IOException, HttpException {
        if (head.awaitsContinue() && !reader.hasUnread()) {
            writer.appendContinue();
        }
        nextPhase = Phase.BODY;
        return reader.readContent(head);
    }

    private boolean answer(Exchange exchange, Head head, Request request) throws IOException {
        if (!exchange.isSafe()) {
            flush(); // a change takes time
        }
        state.enter(Phase.HANDLE);
        Trace trace = beginTrace(exchange);
        try (trace) {
            exchange.routed = context.router().answer(request);
            Connection connection = connectionAfter(head);
            boolean continues = connection != Connection.CLOSE;
            if (!continues && (head.keepAlive() || reader.hasUnread())) {
                linger(); // the client does not know yet, and may be sending
            }
            respond(exchange, connection);
            return continues;
        }
    }

    /** Sends an error, and ends the session: nobody knows where the next request would begin. */
    private boolean refuse(Exchange exchange, HttpException error) throws IOException {
        linger();
        Trace trace = beginTrace(exchange);
        try (trace) {
            exchange.routed = new RoutedResponse(Router.NO_ROUTE, error.response());
            respond(exchange, Connection.CLOSE);
        }
        return false;
    }

    private Trace beginTrace(Exchange exchange) {
        if (exchange.id == null) {
            exchange.id = ResponseWriter.newId();
        }
        exchange.phases = context.observer().phases(exchange.start);
        return Trace.begin(exchange.id, exchange.phases);
    }

    private void linger() {
        ending = state.ended() == null ? Ending.LINGER : Ending.LINGER_WITHOUT_READING;
    }

    private Connection connectionAfter(Head head) throws IOException {
        SessionReaper reaper = context.reaper();
        boolean othersWait = reaper.isTurnOver(state) || (reaper.isOverrun() && !reader.hasUnread());
        if (!head.keepAlive() || othersWait || state.ended() != null) {
            return Connection.CLOSE;
        }
        return head.line().minorVersion() == 0 ? Connection.KEEP_ALIVE : Connection.PERSISTENT;
    }

    /**
     * Makes the response. It is written before this thread waits for the client, so that responses to pipelined
     * requests leave in one write. Responses to changes are written at once, and so are many responses together.
     */
    private void respond(Exchange exchange, Connection connection) throws IOException {
        writer.append(exchange.routed.response(), exchange.id, connection, exchange.isHead());
        unsent.add(exchange);
        if (connection == Connection.CLOSE || !exchange.isSafe() || writer.length() > MAX_HELD || isHeldForLong()) {
            flush();
        }
    }

    private boolean isHeldForLong() {
        return unsent.size() > 1 && System.nanoTime() - unsent.get(0).start > MAX_HOLD;
    }

    /** Writes the responses, and starts the deadline of the next phase. */
    private void beforeWait() throws IOException {
        flush();
        if (state.phase() != nextPhase) {
            state.enter(nextPhase);
        }
    }

    private void flush() throws IOException {
        if (writer.length() == 0) {
            return;
        }
        boolean delivered = false;
        try {
            state.enter(Phase.WRITE);
            writer.writeTo(transport.out());
            delivered = true;
        } finally {
            complete(delivered);
        }
    }

    private void complete(boolean delivered) {
        for (int i = 0; i < unsent.size(); i++) {
            context.observer().completed(unsent.get(i).complete(delivered, transport.peer()));
        }
        unsent.clear();
    }
}
