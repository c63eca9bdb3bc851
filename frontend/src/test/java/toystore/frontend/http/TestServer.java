package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.CompletedExchange;
import toystore.frontend.http.session.Deadlines;
import toystore.frontend.http.session.HttpServer;

/** A server, by default for {@code /{word}}, with the sockets of its clients. Closes all of them. */
final class TestServer implements AutoCloseable {
    /** A timeout that no test reaches. */
    static final Duration LONG = Duration.ofHours(1);
    /** The time after which a test that waits for bytes fails. */
    static final Duration HANG = Duration.ofMinutes(2);

    static final String GET = "GET /hello HTTP/1.1\r\nHost: store\r\nX-Request-Id: 7f3a\r\n\r\n";
    static final String HELLO = """
            HTTP/1.1 200 OK\r
            Date: Tue, 03 Nov 2026 04:05:06 GMT\r
            Content-Type: application/json\r
            Cache-Control: no-store\r
            Content-Length: 17\r
            X-Request-Id: 7f3a\r
            \r
            {"data":"hello"}
            """;

    private static final String STRICT = "Strict-Transport-Security: max-age=31536000\r\n";

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-03T04:05:06Z"), ZoneOffset.UTC);

    private final HttpServer server;
    private final TestTransport transport;
    private final List<Socket> peers = new ArrayList<>();
    private final Queue<CompletedExchange> exchanges = new ConcurrentLinkedQueue<>();

    /** A server for plain HTTP. */
    TestServer(int threads, int queue, Deadlines deadlines, Router.Handler handler) throws IOException {
        this(threads, queue, deadlines, handler, TestTransport.PLAIN);
    }

    TestServer(int threads, int queue, Deadlines deadlines, Router.Handler handler, TestTransport transport)
            throws IOException {
        this(
                threads,
                queue,
                deadlines,
                new Router(List.of(
                        new Router.Route("GET", "/{word}", handler), new Router.Route("POST", "/{word}", handler))),
                transport);
    }

    TestServer(int threads, int queue, Deadlines deadlines, Router router, TestTransport transport) throws IOException {
        this(threads, queue, deadlines, router, transport, AddressLimits.none());
    }

    TestServer(
            int threads, int queue, Deadlines deadlines, Router router, TestTransport transport, AddressLimits limits)
            throws IOException {
        this.transport = transport;
        var options = new HttpServer.Options(
                new Address("127.0.0.1", 0),
                threads,
                threads,
                Threads.numbered("test-session"),
                queue,
                deadlines,
                LONG,
                transport.server(),
                limits);
        server = new HttpServer(options, router, exchanges::add, CLOCK);
        server.start();
    }

    /** A server that responds with the first segment of the path, and has long timeouts. */
    static TestServer echoing(int threads, int queue) throws IOException {
        return new TestServer(threads, queue, within(LONG), TestServer::echo);
    }

    /** The response to {@link #GET}, over a transport. */
    static String hello(TestTransport transport) {
        return transport.isTls() ? HELLO.replace("7f3a\r\n", "7f3a\r\n" + STRICT) : HELLO;
    }

    static Response echo(Request request) {
        return Response.data(Status.OK, request.path().get(0));
    }

    /** The same timeout for everything. */
    static Deadlines within(Duration deadline) {
        return new Deadlines(deadline, deadline, deadline, deadline, deadline, deadline);
    }

    HttpServer server() {
        return server;
    }

    /** All exchanges so far. */
    List<CompletedExchange> exchanges() {
        return List.copyOf(exchanges);
    }

    Socket connect() throws IOException {
        Socket socket = transport.connect(server.address());
        peers.add(socket);
        socket.setSoTimeout((int) HANG.toMillis());
        return socket;
    }

    /** Connects, and sends {@link #GET}. */
    Socket connectAndSend() throws IOException {
        Socket socket = connect();
        send(socket, GET);
        return socket;
    }

    /**
     * Returns a connection on which {@link #GET} got a response with this start. The server may evict a new connection
     * before its request arrives; then another one is opened, at most five in all.
     */
    Socket connectAndGet(String start) throws IOException {
        for (int attempt = 1; true; attempt++) {
            Socket socket = connectAndSend();
            String response = readUnlessReset(socket, start.length());
            if (!response.isEmpty() || attempt == 5) {
                assertThat(response).isEqualTo(start);
                return socket;
            }
            socket.close();
        }
    }

    private static String readUnlessReset(Socket socket, int length) throws IOException {
        try {
            return read(socket, length);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** Sends the request on a new connection, and reads to its end. */
    String exchange(String request) throws IOException {
        Socket peer = connect();
        send(peer, request);
        return readAll(peer);
    }

    /** Reads one response; the connection may stay open. */
    static String readResponse(Socket socket) throws IOException {
        StringBuilder response = new StringBuilder();
        while (response.indexOf("\r\n\r\n") < 0) {
            String next = read(socket, 1);
            if (next.isEmpty()) {
                return response.toString();
            }
            response.append(next);
        }
        Matcher length = Pattern.compile("Content-Length: ([0-9]+)").matcher(response);
        return length.find()
                ? response.append(read(socket, Integer.parseInt(length.group(1))))
                        .toString()
                : response.toString();
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        for (Socket peer : peers) {
            peer.close();
        }
        server.close();
    }
}
