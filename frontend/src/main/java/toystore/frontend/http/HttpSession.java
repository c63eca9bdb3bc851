package toystore.frontend.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import toystore.common.log.Trace;
import toystore.frontend.http.ResponseWriter.Connection;
import toystore.wire.net.SocketServer.Ending;

/**
 * One client's session: its requests are read and answered one after the other, until either side closes.
 *
 * <pre>
 *   FIRST_BYTE ─▶ (HEAD) ─▶ (BODY) ─▶ ANSWER ─▶ WRITE ─▶ IDLE        any phase but ANSWER ─▶ CUT
 *                    ▲                                     │
 *                    └─────────────────────────────────────┘
 * </pre>
 *
 * HEAD and BODY begin when it is waited for more of them: a request that comes at once has neither. BODY may also follow
 * a WRITE, that of {@code 100 Continue}, and ANSWER another one, to a request that was pipelined. It is run by one thread,
 * without timed reads: in every phase but ANSWER it is the peer's turn, and {@link SessionReaper} cuts off a peer that is
 * late. A peer whose request has not come whole is told 408; one that is idle just finds the connection closed, as HTTP
 * allows at any time, but a request that comes in that very moment is still answered. When others wait, a session whose
 * turn is over ends with its next answer, which says so.
 */
final class HttpSession {
    private static final int MOST_HELD = 16 * 1024;
    /** An answer is not held back for long, though the next ones are slow to make. */
    private static final long LONGEST_HELD = 10_000_000; // nanoseconds

    private final Socket socket;
    private final HttpServer.Terms terms;
    private final SessionState watch;
    private final RequestReader reader;
    private final OutputBuffer output = new OutputBuffer();
    private final List<Exchange> answered = new ArrayList<>(); // in the output
    private Phase at = Phase.FIRST_BYTE;
    private Phase awaited = Phase.FIRST_BYTE; // that begins when it is waited for the peer
    private String cut; // why the peer was cut off, if it was and this thread knows
    private Ending ending = Ending.CLOSE;

    /** @param accepted when the connection was, on the clock of {@link System#nanoTime()} */
    HttpSession(Socket socket, long accepted, HttpServer.Terms terms) throws IOException {
        this.socket = socket;
        this.terms = terms;
        this.watch = new SessionState(socket, accepted, terms.deadlines());
        this.reader = new RequestReader(socket.getInputStream(), Limits.DEFAULT, this::beforeWait);
    }

    SessionState watch() {
        return watch;
    }

    /** Serves the client to the end; says how the connection is to be closed. */
    Ending run() throws IOException {
        try {
            while (reader.awaitRequest() && serveOne() && cut == null) {
                awaited = Phase.IDLE;
            }
            return ending;
        } finally {
            tell(false); // of what could not leave
        }
    }

    /** Reads a request and answers it; says whether the session goes on. */
    private boolean serveOne() throws IOException {
        Exchange asked = new Exchange(System.nanoTime());
        awaited = Phase.HEAD;
        try {
            RequestLine line = reader.readLine();
            asked.line(line);
            HeaderCache fields = reader.readFields();
            asked.id(fields.id());
            return answer(asked, readRest(reader.head(line, fields)));
        } catch (HttpException e) {
            return refuse(asked, e);
        } catch (EOFException e) {
            enter(Phase.ANSWER);
            return refuse(
                    asked,
                    cut == null
                            ? new HttpException(Status.BAD_REQUEST, e.getMessage())
                            : new HttpException(Status.REQUEST_TIMEOUT, "the request did not come whole " + cut));
        }
    }

    private Request readRest(Head head) throws IOException, HttpException {
        if (head.controls().awaitsContinue() && !reader.hasUnread()) {
            output.append(ResponseWriter.CONTINUE);
        }
        awaited = Phase.BODY;
        return reader.readRest(head);
    }

    private boolean answer(Exchange asked, Request request) throws IOException {
        if (!asked.isSafe()) {
            flush(); // a change takes its time
        }
        enter(Phase.ANSWER);
        Trace trace = Trace.begin(asked.id());
        try (trace) {
            asked.answer(terms.router().answer(request));
            Connection connection = connectionAfter(request);
            boolean goesOn = connection != Connection.CLOSE;
            if (!goesOn && (request.keepAlive() || reader.hasUnread())) {
                linger(); // the peer does not know yet, and may be sending
            }
            respond(asked, connection);
            return goesOn;
        }
    }

    /** Where the next request would begin is not known: the peer is told why, and the session ends. */
    private boolean refuse(Exchange asked, HttpException why) throws IOException {
        linger();
        Trace trace = Trace.begin(asked.id());
        try (trace) {
            asked.answer(new Router.RoutedResponse(Router.NO_ROUTE, why.response()));
            respond(asked, Connection.CLOSE);
        }
        return false;
    }

    private void linger() {
        ending = cut == null ? Ending.LINGER : Ending.LINGER_WITHOUT_READING;
    }

    private Connection connectionAfter(Request request) throws IOException {
        SessionReaper clock = terms.clock();
        boolean forOthers = clock.isTurnOver(watch) || (clock.isOverrun() && !reader.hasUnread());
        if (!request.keepAlive() || forOthers || cut != null) {
            return Connection.CLOSE;
        }
        return request.head().line().minorVersion() == 0 ? Connection.KEEP_ALIVE : Connection.PERSISTENT;
    }

    /**
     * Makes the response. It leaves before this thread waits for anything of the peer, so that responses to pipelined
     * requests leave in one write; but what acknowledges a change is not held back, and a heap of them neither.
     */
    private void respond(Exchange asked, Connection connection) throws IOException {
        terms.writer().append(output, asked.response(), asked.id(), connection, asked.isHead());
        answered.add(asked);
        if (connection == Connection.CLOSE || !asked.isSafe() || output.length() > MOST_HELD || isHeldForLong()) {
            flush();
        }
    }

    private boolean isHeldForLong() {
        return answered.size() > 1 && System.nanoTime() - answered.get(0).start() > LONGEST_HELD;
    }

    /** It is the peer's turn: what was answered leaves, and the clock begins to run. */
    private void beforeWait() throws IOException {
        flush();
        if (at != awaited) {
            enter(awaited);
        }
    }

    private void flush() throws IOException {
        if (output.length() == 0) {
            return;
        }
        boolean taken = false;
        try {
            enter(Phase.WRITE);
            output.writeTo(socket.getOutputStream());
            taken = true;
        } finally {
            tell(taken);
        }
    }

    /** What was answered is over. */
    private void tell(boolean taken) {
        for (int i = 0; i < answered.size(); i++) {
            terms.observer().ended(answered.get(i).exchange(taken));
        }
        answered.clear();
    }

    private void enter(Phase phase) {
        at = phase;
        String why = watch.enter(phase);
        if (why != null) {
            cut = why;
        }
    }
}
