package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import toystore.frontend.http.RawResponse.Echo;

/**
 * A server that answers with what it has understood, for tests that send it raw bytes over a socket. It listens while
 * the class that registers it runs.
 *
 * <p>Whatever is sent to it here is sent twice: whole, and byte by byte.
 */
final class EchoServer implements BeforeAllCallback, AfterAllCallback, Closeable {
    /** A request that an attack hides within or behind another one. */
    static final String SMUGGLED = "GET /echo/smuggled HTTP/1.1\r\nHost: store\r\n\r\n";

    private TestServer server;

    void start() throws IOException {
        List<Router.Route> routes = Stream.of("GET /", "GET /echo", "POST /echo", "PUT /echo", "GET /echo/{segment}")
                .map(route -> route.split(" ", 2))
                .map(route -> new Router.Route(route[0], route[1], EchoServer::echo))
                .toList();
        server = new TestServer(16, 100, TestServer.within(TestServer.LONG), new Router(routes));
    }

    private static Response echo(Request request) {
        return Response.data(
                Status.OK,
                Map.of(
                        "method", request.method(),
                        "path", request.path(),
                        "query", request.query(),
                        "content", new String(request.body(), ISO_8859_1)));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        close();
    }

    RawClient connect() throws IOException {
        return new RawClient(server.server().address());
    }

    /**
     * Asserts that a request is refused: with one answer of this status, which says that the connection is closed, and
     * with a close by the server. A request that follows is not answered.
     */
    RawResponse refuses(int status, String request) throws IOException {
        return closesWith(status, request + SMUGGLED);
    }

    /** Asserts that there is one answer, of this status, and that the server closes by itself after it, and says so. */
    RawResponse closesWith(int status, String bytes) throws IOException {
        RawResponse answer = null;
        for (Delivery delivery : Delivery.WHOLE_AND_BYTE_BY_BYTE) {
            try (RawClient peer = connect()) {
                peer.send(bytes, delivery);
                answer = peer.read(bytes.startsWith("HEAD ") ? "HEAD" : "GET");
                assertThat(answer.status()).as("status of %s", answer).isEqualTo(status);
                assertThat(answer.closes()).as("says that it closes").isTrue();
                assertThat(peer.readAll()).as("answers after that").isEmpty();
            }
        }
        return answer;
    }

    /** Asserts that requests are answered with these statuses, in this order and with no other; interim ones left out. */
    List<RawResponse> answers(String requests, int... statuses) throws IOException {
        List<RawResponse> answers = List.of();
        for (Delivery delivery : Delivery.WHOLE_AND_BYTE_BY_BYTE) {
            answers = answersTo(requests, delivery);
            assertThat(answers.stream().mapToInt(RawResponse::status)).containsExactly(box(statuses));
        }
        return answers;
    }

    /** Asserts that a request is answered with 200, and returns what was understood. */
    Echo understands(String request) throws IOException {
        return answers(request, 200).get(0).echo();
    }

    /** The answers to some requests, until the server closes, which it is asked for with the end of the stream. */
    List<RawResponse> answersTo(String requests, Delivery delivery) throws IOException {
        try (RawClient peer = connect()) {
            peer.sendAndEnd(requests, delivery);
            return peer.readAll().stream().filter(answer -> !answer.isInterim()).toList();
        }
    }

    private static Integer[] box(int[] statuses) {
        return Arrays.stream(statuses).boxed().toArray(Integer[]::new);
    }
}
