package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §9: the lifetime of connections, and the order of responses. */
@OverEveryTransport
class ConnectionRulesTest {
    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    /** Asserts that a request gets a response, and that the connection is closed before the next one. */
    private static void answersAndCloses(String request) throws Exception {
        SERVER.closesWith(200, request + EchoServer.SMUGGLED);
    }

    @Test
    void staysOpenInHttp11() throws Exception {
        try (RawClient peer = SERVER.connect()) {
            for (int i = 0; i < 3; i++) {
                peer.send(RawRequest.get());
                assertThat(peer.read().field("Connection")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: close",
                "connection:CLOSE",
                "Connection: Close, x",
                "Connection: keep-alive, close",
                "Connection: close, keep-alive",
                "Connection: ,\tclose\t,",
                "Connection: keep-alive\r\nConnection: close",
                "Connection: close\r\nConnection: keep-alive"
            })
    void closesWhenTheClientAsksForIt(String lines) throws Exception {
        answersAndCloses(RawRequest.get(lines));
        answersAndCloses(RawRequest.post(lines + "\r\nContent-Length: 5", "hello"));
        answersAndCloses("GET /echo HTTP/1.0\r\n" + lines + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: closed", "Connection: xclose", "Connection: \"close\"", "Connection: clo se",
                        "Connection: x, y",
                "Connection:", "Connection: Host", "Connection: Content-Length, X", "X-Connection: close",
                        "Proxy-Connection: close",
                "Keep-Alive: timeout=1, max=1", "Connection: keep-alive"
            })
    void staysOpenWithOtherConnectionOptions(String line) throws Exception {
        SERVER.answers(RawRequest.get(line) + RawRequest.get(), 200, 200);
    }

    @Test
    void closesAfterARequestOfHttp10() throws Exception {
        answersAndCloses("GET /echo HTTP/1.0\r\n\r\n");
        answersAndCloses("GET /echo HTTP/1.0\r\nHost: store\r\nConnection: x\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: keep-alive", "connection: KEEP-ALIVE", "Connection: x, Keep-Alive"})
    void staysOpenWhenAClientOfHttp10AsksForIt(String line) throws Exception {
        List<RawResponse> responses =
                SERVER.answers("GET /echo HTTP/1.0\r\n" + line + "\r\n\r\n" + RawRequest.get(), 200, 200);

        assertThat(responses.get(0).field("Connection")).contains("keep-alive");
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        String requests = IntStream.range(0, 20)
                .mapToObj(i -> i % 2 == 0
                        ? RawRequest.target("/echo?i=" + i)
                        : RawRequest.head("POST /echo?i=" + i + " HTTP/1.1", "Content-Length: " + i) + "x".repeat(i))
                .collect(Collectors.joining());

        List<RawResponse> responses =
                SERVER.answers(requests, IntStream.range(0, 20).map(i -> 200).toArray());

        assertThat(responses)
                .extracting(response -> response.echo().query().get("i"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(Integer::toString).toList());
    }

    @Test
    void answersARequestBeforeItRefusesTheNext() throws Exception {
        List<RawResponse> responses =
                SERVER.answers(RawRequest.get() + RawRequest.get("X : y") + EchoServer.SMUGGLED, 200, 400);

        assertThat(responses.get(0).closes()).isFalse();
        assertThat(responses.get(1).closes()).isTrue();
    }

    @Test
    void ignoresUpgrade() throws Exception {
        SERVER.answers(
                RawRequest.get(
                                "Connection: Upgrade, HTTP2-Settings",
                                "Upgrade: h2c",
                                "HTTP2-Settings: AAMAAABkAAQAAP__")
                        + RawRequest.get("Connection: Upgrade", "Upgrade: websocket"),
                200,
                200);
    }

    @Test
    void answersAClientThatHasClosedItsSideAfterARequest() throws Exception {
        SERVER.answers(RawRequest.get(), 200);
        SERVER.answers(RawRequest.post("Content-Length: 5", "hello"), 200);
        SERVER.answers(RawRequest.chunked("5\r\nhello\r\n0\r\n\r\n"), 200);
    }

    @Test
    void neverHandlesAnIncompleteRequest() throws Exception {
        for (String request : List.of(
                RawRequest.get("X: y"),
                RawRequest.post("Content-Length: 5", "hello"),
                RawRequest.chunked("5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"))) {
            for (int length = 0; length < request.length(); length++) {
                assertThat(SERVER.responsesTo(request.substring(0, length), Delivery.WHOLE))
                        .as("after " + length + " bytes of " + request)
                        .hasSizeLessThan(2)
                        .allMatch(response -> response.status() == 400 || response.status() == 408);
            }
        }
    }

    @Test
    void sendsNothingToAClientThatSendsNothing() throws Exception {
        assertThat(SERVER.responsesTo("", Delivery.WHOLE)).isEmpty();
    }
}
