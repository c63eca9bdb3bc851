package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import toystore.frontend.http.RawResponse.Echo;

/**
 * A server whose responses show the request as it was parsed, for tests that send raw bytes over a socket. It listens
 * while the test class that registers it runs, once over each transport.
 *
 * <p>The methods here send every request twice: whole, and byte by byte.
 */
final class EchoServer
        implements BeforeClassTemplateInvocationCallback, AfterClassTemplateInvocationCallback, Closeable {
    /** A request that an attack hides in another request, or behind it. */
    static final String SMUGGLED = "GET /echo/smuggled HTTP/1.1\r\nHost: store\r\n\r\n";

    private final List<Router.Route> more;
    private TestTransport transport = TestTransport.PLAIN;
    private TestServer server;

    /** @param more routes besides those that show the request */
    EchoServer(Router.Route... more) {
        this.more = List.of(more);
    }

    /** Starts over a transport. */
    void start(TestTransport over) throws IOException {
        transport = over;

        Stream<Router.Route> echoes = Stream.of("GET /", "GET /echo", "POST /echo", "PUT /echo", "GET /echo/{segment}")
                .map(route -> route.split(" ", 2))
                .map(route -> new Router.Route(route[0], route[1], EchoServer::echo));
        List<Router.Route> routes = Stream.concat(echoes, more.stream()).toList();
        server = new TestServer(16, 100, TestServer.within(TestServer.LONG), new Router(routes), transport);
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
    public void beforeClassTemplateInvocation(ExtensionContext context) throws IOException {
        start(OverEveryTransport.Provider.transport(context));
    }

    @Override
    public void afterClassTemplateInvocation(ExtensionContext context) throws IOException {
        close();
    }

    TestTransport transport() {
        return transport;
    }

    RawClient connect() throws IOException {
        return new RawClient(server.server().address(), transport);
    }

    /**
     * Asserts that a request is refused: with one response of this status and with {@code Connection: close}, after
     * which the server closes the connection. A request behind it gets no response.
     */
    RawResponse refuses(int status, String request) throws IOException {
        return closesWith(status, request + SMUGGLED);
    }

    /**
     * Asserts that there is one response, of this status and with {@code Connection: close}, and that the server
     * closes.
     */
    RawResponse closesWith(int status, String bytes) throws IOException {
        RawResponse response = null;
        for (Delivery delivery : Delivery.wholeAndByteByByte(transport)) {
            try (RawClient peer = connect()) {
                peer.send(bytes, delivery);
                response = peer.read(bytes.startsWith("HEAD ") ? "HEAD" : "GET");
                assertThat(response.status()).as("status of %s", response).isEqualTo(status);
                assertThat(response.closes()).as("has Connection: close").isTrue();
                assertThat(peer.readAll()).as("further responses").isEmpty();
            }
        }
        return response;
    }

    /** Asserts that requests get exactly these statuses, in this order, without interim responses. */
    List<RawResponse> answers(String requests, int... statuses) throws IOException {
        List<RawResponse> responses = List.of();
        for (Delivery delivery : Delivery.wholeAndByteByByte(transport)) {
            responses = responsesTo(requests, delivery);
            assertThat(responses.stream().mapToInt(RawResponse::status)).containsExactly(box(statuses));
        }
        return responses;
    }

    /** Asserts that a request gets 200, and returns the request as it was parsed. */
    Echo parses(String request) throws IOException {
        return answers(request, 200).get(0).echo();
    }

    /** The responses to requests, up to the close of the server, which the end of the stream requests. */
    List<RawResponse> responsesTo(String requests, Delivery delivery) throws IOException {
        try (RawClient peer = connect()) {
            peer.sendAndEnd(requests, delivery);
            return peer.readAll().stream()
                    .filter(response -> !response.isInterim())
                    .toList();
        }
    }

    private static Integer[] box(int[] statuses) {
        return Arrays.stream(statuses).boxed().toArray(Integer[]::new);
    }
}
