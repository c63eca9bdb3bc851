package toystore.frontend.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.frontend.http.ResponseWriter.Connection;
import toystore.wire.net.Address;
import toystore.wire.net.LingeringClose;
import toystore.wire.net.SocketServer;

/**
 * Serves HTTP/1.1. A connection is a session on a thread of its own: the thread serves the client's requests one after
 * the other until either side closes. More connections than threads wait, up to a number; one more is told 503.
 */
public final class HttpServer implements Closeable {

    /** Answers a request. Called by many threads at once. */
    public interface Handler {
        Response handle(Request request) throws HttpException;
    }

    /**
     * How it serves.
     *
     * @param threads sessions at once
     * @param queue connections that wait for a thread
     * @param idle how long a peer may be silent, between requests or within one
     * @param grace how long a request may take to end once the server is closed
     */
    public record Options(Address listen, int threads, int queue, Duration idle, Duration grace) {}

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Handler handler;
    private final Duration idle;
    private final Clock clock;
    private final SocketServer server;

    /**
     * Takes the address; {@link #start()} serves.
     *
     * @throws IOException if the address cannot be listened on
     */
    public HttpServer(Options options, Clock clock, Handler handler) throws IOException {
        this.handler = handler;
        this.idle = options.idle();
        this.clock = clock;
        HttpException full = new HttpException(Status.SERVICE_UNAVAILABLE, "too many connections wait already")
                .with(new Field("Retry-After", "1"));
        byte[] refusal = ResponseWriter.bytes(full.response(), Connection.CLOSE, false, clock);
        this.server = SocketServer.bind(
                new SocketServer.Options(
                        "frontend", options.listen(), options.threads(), options.queue(), options.grace()),
                refusal,
                this::serve);
    }

    /** Serves from now on. */
    public void start() {
        server.start();
    }

    public Address address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }

    private void serve(Socket socket) throws IOException {
        socket.setSoTimeout((int) idle.toMillis());
        RequestReader reader = new RequestReader(socket.getInputStream(), socket.getOutputStream(), Limits.DEFAULT);
        try {
            boolean open = reader.awaitRequest();
            while (open) {
                open = answerNext(reader, socket) && reader.awaitRequest();
            }
        } catch (SocketTimeoutException silent) {
            log.debug("closing a session that was silent for {} s", idle.toSeconds());
        }
    }

    /** Reads a request and answers it; false if the session ends with that. */
    private boolean answerNext(RequestReader reader, Socket socket) throws IOException {
        Request request;
        try {
            request = reader.read();
        } catch (HttpException e) {
            endWith(e, socket);
            return false;
        } catch (SocketTimeoutException silent) {
            endWith(
                    new HttpException(
                            Status.REQUEST_TIMEOUT,
                            "the rest of the request did not come in " + idle.toSeconds() + " s"),
                    socket);
            return false;
        }
        Connection connection = !request.keepAlive()
                ? Connection.CLOSE
                : request.line().minorVersion() == 0 ? Connection.KEEP_ALIVE : Connection.PERSISTENT;
        Response response = answer(request);
        socket.getOutputStream()
                .write(ResponseWriter.bytes(
                        response, connection, request.method().equals("HEAD"), clock));
        return connection != Connection.CLOSE;
    }

    private Response answer(Request request) {
        try {
            return handler.handle(request);
        } catch (HttpException e) {
            return e.response();
        } catch (RuntimeException e) {
            log.error("{} {} could not be answered", request.method(), request.path(), e);
            return new HttpException(Status.INTERNAL_SERVER_ERROR, "internal error").response();
        }
    }

    /** Where the next request would begin is not known: the peer is told why, and the session ends. */
    private void endWith(HttpException e, Socket socket) throws IOException {
        socket.getOutputStream().write(ResponseWriter.bytes(e.response(), Connection.CLOSE, false, clock));
        LingeringClose.close(socket, LINGER);
    }
}
