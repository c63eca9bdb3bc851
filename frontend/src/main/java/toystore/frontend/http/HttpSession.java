package toystore.frontend.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import toystore.frontend.http.PeerWatch.Stage;
import toystore.frontend.http.ResponseWriter.Connection;
import toystore.wire.net.SocketServer.Ending;
import toystore.wire.trace.Trace;

/**
 * One client's session: its requests are read and answered one after the other, until either side closes.
 *
 * <pre>
 *   FIRST_BYTE ─▶ HEAD ─▶ (BODY) ─▶ ANSWER ─▶ WRITE ─▶ IDLE        any phase but ANSWER ─▶ CUT
 *                   ▲                                   │
 *                   └───────────────────────────────────┘
 * </pre>
 *
 * BODY may also follow a WRITE, that of {@code 100 Continue}. It is run by one thread, without timed reads: in every
 * phase but ANSWER it is the peer's turn, and {@link SessionClock} cuts off a peer that is late. A peer whose request has
 * not come whole is told 408; one that is idle just finds the connection closed, as HTTP allows at any time, but a
 * request that comes in that very moment is still answered. When others wait, a session whose turn is over ends with
 * its next answer, which says so.
 */
final class HttpSession {
    private final Socket socket;
    private final HttpServer.Terms terms;
    private final PeerWatch watch;
    private final RequestReader reader;
    private Stage cut; // the last stage, if the peer was cut off and this thread knows
    private Ending ending = Ending.CLOSE;

    /** @param accepted when the connection was, on the clock of {@link System#nanoTime()} */
    HttpSession(Socket socket, long accepted, HttpServer.Terms terms) throws IOException {
        this.socket = socket;
        this.terms = terms;
        this.watch = new PeerWatch(socket, accepted, terms.deadlines());
        this.reader = new RequestReader(socket.getInputStream(), Limits.DEFAULT);
    }

    PeerWatch watch() {
        return watch;
    }

    /** Serves the client to the end; says how the connection is to be closed. */
    Ending run() throws IOException {
        while (reader.awaitRequest() && serveOne() && cut == null) {
            enter(Phase.IDLE);
        }
        return ending;
    }

    /** Reads a request and answers it; says whether the session goes on. */
    private boolean serveOne() throws IOException {
        Asked asked = Asked.at(System.nanoTime());
        try {
            enter(Phase.HEAD);
            RequestLine line = reader.readLine();
            asked = asked.with(line);
            Fields fields = reader.readFields();
            asked = asked.with(fields);
            return answer(asked, readRest(reader.head(line, fields)));
        } catch (HttpException e) {
            return refuse(asked, e);
        } catch (EOFException e) {
            enter(Phase.ANSWER);
            return refuse(
                    asked,
                    cut == null
                            ? new HttpException(Status.BAD_REQUEST, e.getMessage())
                            : new HttpException(
                                    Status.REQUEST_TIMEOUT, "the request did not come whole " + cut.reason()));
        }
    }

    private Request readRest(Head head) throws IOException, HttpException {
        if (head.awaitsContinue() && !reader.hasUnread()) {
            write(terms.writer().interim());
        }
        if (head.framing().announcesContent()) {
            enter(Phase.BODY);
        }
        return reader.readRest(head);
    }

    private boolean answer(Asked asked, Request request) throws IOException {
        enter(Phase.ANSWER);
        Trace trace = Trace.begin(asked.id());
        try (trace) {
            Router.Answer answer = terms.router().answer(request);
            Connection connection = connectionAfter(request);
            boolean goesOn = connection != Connection.CLOSE;
            if (!goesOn && (request.keepAlive() || reader.hasUnread())) {
                linger(); // the peer does not know yet, and may be sending
            }
            respond(asked, answer, connection);
            return goesOn;
        }
    }

    /** Where the next request would begin is not known: the peer is told why, and the session ends. */
    private boolean refuse(Asked asked, HttpException why) throws IOException {
        linger();
        Trace trace = Trace.begin(asked.id());
        try (trace) {
            respond(asked, new Router.Answer(Router.NO_ROUTE, why.response()), Connection.CLOSE);
        }
        return false;
    }

    private void linger() {
        ending = cut == null ? Ending.LINGER : Ending.LINGER_DEAF;
    }

    private Connection connectionAfter(Request request) throws IOException {
        SessionClock clock = terms.clock();
        boolean forOthers = clock.isTurnOver(watch) || (clock.isOverrun() && !reader.hasUnread());
        if (!request.keepAlive() || forOthers || cut != null) {
            return Connection.CLOSE;
        }
        return request.head().line().minorVersion() == 0 ? Connection.KEEP_ALIVE : Connection.PERSISTENT;
    }

    private void respond(Asked asked, Router.Answer answer, Connection connection) throws IOException {
        boolean taken = false;
        try {
            write(terms.writer().bytes(answer.response(), asked.id(), connection, asked.isHead()));
            taken = true;
        } finally {
            terms.observer().ended(asked.answered(answer, taken));
        }
    }

    private void write(byte[] bytes) throws IOException {
        enter(Phase.WRITE);
        socket.getOutputStream().write(bytes);
    }

    private void enter(Phase phase) {
        Stage before = watch.enter(phase);
        if (before.phase() == Phase.CUT) {
            cut = before;
        }
    }
}
