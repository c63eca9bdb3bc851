package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.frontend.http.RawResponse.Echo;

/** RFC 9112 §2.2, §2.3 and §3: the request line, and line ends. */
@OverEveryTransport
class RequestLineRulesTest {
    private static final int LONGEST = 8192;

    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    @Test
    void parsesMethodTargetAndVersion() throws Exception {
        assertThat(SERVER.parses("GET /echo?a=b HTTP/1.1\r\nHost: store\r\n\r\n"))
                .isEqualTo(new Echo("GET", List.of("echo"), Map.of("a", "b"), ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  /echo HTTP/1.1",
                "GET /echo  HTTP/1.1",
                " GET /echo HTTP/1.1",
                "GET /echo HTTP/1.1 ",
                "GET /ec ho HTTP/1.1",
                "GET /echo HTTP/1.1 x",
                "GET HTTP/1.1",
                "/echo HTTP/1.1",
                "GET  HTTP/1.1",
                "GET /echo",
                "GET",
                " "
            })
    void refusesALineThatIsNotThreePartsWithSingleSpaces(String line) throws Exception {
        SERVER.refuses(400, RawRequest.line(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"G(T", "GET:", "\"GET\"", "G/T", "{GET}", "G,T", "G@T", "G=T", "<GET>", "[GET]", "G;T", "G\\T"})
    void refusesAMethodThatIsNotAToken(String method) throws Exception {
        SERVER.refuses(400, RawRequest.line(method + " /echo HTTP/1.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http/1.1",
                "Http/1.1",
                "HTTPS/1.1",
                "HTTP/1",
                "HTTP/1.",
                "HTTP/.1",
                "HTTP/",
                "HTTP",
                "HTTP/01.1",
                "HTTP/1.10",
                "HTTP/1.01",
                "HTTP/11.1",
                "HTTP/1.1.1",
                "HTTP/1,1",
                "HTTP/1:1",
                "HTTP1.1",
                "HTTP/a.b",
                "HTTP/1.x",
                "HTTP/+1.1",
                "HTTP/-1.1",
                "XHTTP/1.1",
                "HTTP/1.1x"
            })
    void refusesAMalformedVersion(String version) throws Exception {
        SERVER.refuses(400, RawRequest.line("GET /echo " + version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /echo HTTP/2.0", "GET /echo HTTP/0.9", "GET /echo HTTP/3.0", "PRI * HTTP/2.0"})
    void sends505ForAnotherMajorVersion(String line) throws Exception {
        SERVER.refuses(505, RawRequest.line(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9"})
    void treatsALaterMinorVersionAsHttp11(String version) throws Exception {
        SERVER.answers(RawRequest.line("GET /echo " + version) + RawRequest.get(), 200, 200);
        SERVER.refuses(400, "GET /echo " + version + "\r\n\r\n");
    }

    @Test
    void skipsOneEmptyLineBeforeARequest() throws Exception {
        SERVER.answers("\r\n" + RawRequest.get() + "\r\n" + RawRequest.get(), 200, 200);
        SERVER.answers(RawRequest.post("Content-Length: 5", "hello") + "\r\n" + RawRequest.get(), 200, 200);
    }

    @Test
    void refusesASecondEmptyLine() throws Exception {
        SERVER.refuses(400, "\r\n\r\n" + RawRequest.get());
    }

    @ParameterizedTest
    @MethodSource
    void refusesALineThatEndsInALineFeedAlone(String request) throws Exception {
        SERVER.refuses(400, request);
    }

    static Stream<String> refusesALineThatEndsInALineFeedAlone() {
        return Stream.of(
                "GET /echo HTTP/1.1\nHost: store\r\n\r\n",
                "GET /echo HTTP/1.1\nHost: store\n\n",
                "GET /echo HTTP/1.1\r\nHost: store\n\r\n",
                "GET /echo HTTP/1.1\r\nHost: store\r\nX: y\n\r\n",
                "GET /echo HTTP/1.1\r\nHost: store\r\n\n",
                "\nGET /echo HTTP/1.1\r\nHost: store\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource
    void refusesACarriageReturnAlone(String request) throws Exception {
        SERVER.refuses(400, request);
    }

    static Stream<String> refusesACarriageReturnAlone() {
        return Stream.of(
                "GET /echo HTTP/1.1\rHost: store\r\n\r\n",
                "GET /ec\rho HTTP/1.1\r\nHost: store\r\n\r\n",
                "GET\r/echo HTTP/1.1\r\nHost: store\r\n\r\n",
                "GET /echo HTTP/1.1\r\r\nHost: store\r\n\r\n",
                "GET /echo HTTP/1.1\r\nHost: store\r\r\n\r\n",
                "GET /echo HTTP/1.1\r\nHost: store\r\n\r\r\n",
                "GET /echo HTTP/1.1\r\nHo\rst: store\r\n\r\n",
                "GET /echo HTTP/1.1\r\nHost: store\r\nX: a\rb\r\n\r\n",
                "\r\r\nGET /echo HTTP/1.1\r\nHost: store\r\n\r\n",
                "\rGET /echo HTTP/1.1\r\nHost: store\r\n\r\n");
    }

    @ParameterizedTest(name = "byte {0}")
    @MethodSource
    void refusesAByteThatIsNotVisibleAscii(int b) throws Exception {
        SERVER.refuses(400, RawRequest.line("G" + (char) b + "T /echo HTTP/1.1"));
        SERVER.refuses(400, RawRequest.target("/ec" + (char) b + "ho"));
        SERVER.refuses(400, RawRequest.line("GET /echo HTTP/1.1" + (char) b));
    }

    static IntStream refusesAByteThatIsNotVisibleAscii() {
        return IntStream.concat(
                IntStream.range(0, 0x20).filter(b -> b != '\r' && b != '\n'), IntStream.of(0x7f, 0x80, 0xa0, 0xff));
    }

    @ParameterizedTest(name = "byte {0}")
    @ValueSource(ints = {0x00, 0x08, 0x0b, 0x0c, 0x16, 0x1b, 0x7f})
    void refusesAControlByteBeforeTheLineEnds(int b) throws Exception {
        SERVER.closesWith(400, "GET /echo" + (char) b);
        SERVER.closesWith(400, "GET /echo HTTP/1.1\r\nHost: st" + (char) b);
        SERVER.closesWith(400, "" + (char) b);
    }

    @Test
    void refusesALineFeedAloneBeforeTheHeadEnds() throws Exception {
        SERVER.closesWith(400, "GET /echo HTTP/1.1\n");
    }

    @Test
    void acceptsTheLongestLine() throws Exception {
        String segment = "x".repeat(LONGEST - "GET /echo/ HTTP/1.1".length());

        assertThat(SERVER.parses(RawRequest.target("/echo/" + segment)).path()).containsExactly("echo", segment);
    }

    @Test
    void refusesALongerLineBeforeItsEnd() throws Exception {
        SERVER.refuses(414, RawRequest.target("/" + "x".repeat(LONGEST - "GET / HTTP/1.1".length() + 1)));
        SERVER.refuses(414, RawRequest.line("G".repeat(LONGEST) + " /echo HTTP/1.1"));
        SERVER.closesWith(414, "GET /" + "x".repeat(LONGEST));
    }
}
