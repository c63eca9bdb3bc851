package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final int[] CHUNKS = {1, 7, 100_000};

    @Test
    void readsARequestHoweverItsBytesArrive() throws Exception {
        String text =
                "POST /orders?a=1 HTTP/1.1\r\nHost: store\r\nX-Empty:\r\nX-Space:  \t a b \t \r\nContent-Length: 5\r\n\r\nhello";
        for (int chunk : CHUNKS) {
            Request request = read(text, chunk);

            assertThat(request.head().line())
                    .isEqualTo(
                            new RequestLine("POST", new Target("/orders?a=1", List.of("orders"), Map.of("a", "1")), 1));
            assertThat(request.fields().lines())
                    .containsExactly(
                            new Field("Host", "store"),
                            new Field("X-Empty", ""),
                            new Field("X-Space", "a b"),
                            new Field("Content-Length", "5"));
            assertThat(request.body()).asString(US_ASCII).isEqualTo("hello");
        }
    }

    @Test
    void readsPipelinedRequestsOneAfterTheOther() throws Exception {
        String one = "POST /a HTTP/1.1\r\nHost: store\r\nContent-Length: 3\r\n\r\nabc";
        String two = "GET /b HTTP/1.1\r\nHost: store\r\n\r\n";
        for (int chunk : CHUNKS) {
            RequestReader reader = reader(one + two + one, chunk);

            assertThat(next(reader).path()).containsExactly("a");
            assertThat(next(reader).path()).containsExactly("b");
            assertThat(reader.awaitRequest()).isTrue();
            assertThat(next(reader).body()).asString(US_ASCII).isEqualTo("abc");
            assertThat(reader.awaitRequest()).isFalse();
        }
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of("/", List.of(""), Map.of()),
                Arguments.of("/products/Tux", List.of("products", "Tux"), Map.of()),
                Arguments.of("/products/", List.of("products", ""), Map.of()),
                Arguments.of("/products/product_name=Tux", List.of("products", "product_name=Tux"), Map.of()),
                Arguments.of("/products/Rubber%20Duck", List.of("products", "Rubber Duck"), Map.of()),
                Arguments.of("/products/a+b", List.of("products", "a+b"), Map.of()),
                Arguments.of("/products/%E7%8E%A9%e5%85%b7", List.of("products", "玩具"), Map.of()),
                Arguments.of("/products/%F0%9F%A7%B8", List.of("products", "🧸"), Map.of()),
                Arguments.of("/products/%2520", List.of("products", "%20"), Map.of()),
                Arguments.of("/products?", List.of("products"), Map.of()),
                Arguments.of("/products?limit=5&after=Fox", List.of("products"), Map.of("limit", "5", "after", "Fox")),
                Arguments.of(
                        "/products?product_name=Rubber+Duck",
                        List.of("products"),
                        Map.of("product_name", "Rubber Duck")),
                Arguments.of("/products?a=%26%3D%2B&b", List.of("products"), Map.of("a", "&=+", "b", "")),
                Arguments.of("/products?a=b=c?d", List.of("products"), Map.of("a", "b=c?d")));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void splitsTheTargetAndDecodesItOnce(String target, List<String> path, Map<String, String> query) throws Exception {
        Request request = read("GET " + target + " HTTP/1.1\r\nHost: store\r\n\r\n", 1);

        assertThat(request.path()).isEqualTo(path);
        assertThat(request.query()).isEqualTo(query);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, '', true",
        "HTTP/1.1, keep-alive, true",
        "HTTP/1.1, close, false",
        "HTTP/1.1, 'Upgrade, Close', false",
        "HTTP/1.0, '', false",
        "HTTP/1.0, Keep-Alive, true",
        "HTTP/1.0, 'close, keep-alive', false",
        "HTTP/1.9, '', true",
    })
    void knowsWhetherThePeerWantsToGoOn(String version, String connection, boolean keepAlive) throws Exception {
        String field = connection.isEmpty() ? "" : "Connection: " + connection + "\r\n";

        Request request = read("GET / " + version + "\r\nHost: store\r\n" + field + "\r\n", 1);

        assertThat(request.keepAlive()).isEqualTo(keepAlive);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\nGET / HTTP/1.1\r\nHost: store\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\r\nhOsT: store\r\nContent-Length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: store\r\nContent-Length: 0000000000000000000000000\r\n\r\n",
                "M-SEARCH / HTTP/1.1\r\nHost:\r\n\r\n",
            })
    void takesWhatIsUnusualButClear(String text) throws Exception {
        assertThat(read(text, 1).body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // request line
                "GET  / HTTP/1.1|400",
                "GET / HTTP/1.1 |400",
                "GET /|400",
                "GET / http/1.1|400",
                "GET / HTTP/1.1.1|400",
                "GET / HTTP/2.0|505",
                "GET / HTTP/0.9|505",
                "G(T / HTTP/1.1|400",
                "GET nowhere HTTP/1.1|400",
                "GET * HTTP/1.1|400",
                "GET /a\tb HTTP/1.1|400",
                "GET /\u00e9 HTTP/1.1|400",
                "GET /%4 HTTP/1.1|400",
                "GET /%zz HTTP/1.1|400",
                "GET /%+1 HTTP/1.1|400",
                "GET /%ff HTTP/1.1|400",
                "GET /%c0%af HTTP/1.1|400",
                "GET /%ed%a0%80 HTTP/1.1|400",
                "GET /?a=1&a=2 HTTP/1.1|400",
                "~~GET / HTTP/1.1|400",
                // fields
                "GET / HTTP/1.1~X : y|400",
                "GET / HTTP/1.1~: y|400",
                "GET / HTTP/1.1~nonsense|400",
                "GET / HTTP/1.1~X: y~ folded|400",
                "GET / HTTP/1.1~\tX: y|400",
                "GET / HTTP/1.1~X: a\u0000b|400",
                "GET / HTTP/1.1~X: a\u007fb|400",
                "GET / HTTP/1.1~X: a\rb|400",
                "GET / HTTP/1.1~X\u00e9: y|400",
                // content
                "POST / HTTP/1.1~Content-Length: -1|400",
                "POST / HTTP/1.1~Content-Length: +1|400",
                "POST / HTTP/1.1~Content-Length: 0x1|400",
                "POST / HTTP/1.1~Content-Length: 1 1|400",
                "POST / HTTP/1.1~Content-Length: 1, 1|400",
                "POST / HTTP/1.1~Content-Length:|400",
                "POST / HTTP/1.1~Content-Length: 1~Content-Length: 1|400",
                "POST / HTTP/1.1~Content-Length: 1~Content-Length: 2|400",
                "POST / HTTP/1.1~Content-Length: 65537|413",
                "POST / HTTP/1.1~Content-Length: 99999999999999999999|413",
                "POST / HTTP/1.1~Content-Length: 1~Transfer-Encoding: chunked|400",
                "POST / HTTP/1.1~Transfer-Encoding: gzip, chunked|501",
                "POST / HTTP/1.1~Content-Length: 1~Expect: 200-ok|417",
            })
    void refusesWhatIsMalformedOrAmbiguous(String text, int status) {
        String request = text.replace("~", "\r\n") + "\r\nHost: store\r\n\r\n";
        for (int chunk : CHUNKS) {
            assertThat(statusOf(request, chunk)).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1~~|400",
                "GET / HTTP/1.1~Host: a~Host: b~~|400",
                "GET / HTTP/1.0~Host: a~Host: a~~|400",
            })
    void refusesARequestWithoutOneHost(String text, int status) {
        assertThat(statusOf(text.replace("~", "\r\n"), 1)).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: store\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: store\n\r\n",
                "GET / HTTP/1.1\r\nHost: store\r\n\n",
                "GET / HTTP/1.1\r\nHost: store\r\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: store\r\n\rx",
            })
    void refusesLinesThatDoNotEndInCarriageReturnAndLineFeed(String text) {
        assertThat(statusOf(text, 1)).isEqualTo(400);
    }

    @Test
    void setsLimitsToEveryPartOfTheHead() {
        String get = "GET / HTTP/1.1\r\nHost: store\r\n";
        assertThat(statusOf("GET /" + "a".repeat(8192) + " HTTP/1.1\r\n", 100)).isEqualTo(414);
        assertThat(statusOf(get + "X: " + "a".repeat(8192) + "\r\n\r\n", 100)).isEqualTo(431);
        assertThat(statusOf(get + ("X: " + "a".repeat(8000) + "\r\n").repeat(5) + "\r\n", 100))
                .isEqualTo(431);
        assertThat(statusOf(get + fields(100) + "\r\n", 100)).isEqualTo(431);
    }

    @Test
    void takesWhatIsJustWithinTheLimits() throws Exception {
        String line = "GET /" + "a".repeat(8192 - "GET / HTTP/1.1".length()) + " HTTP/1.1\r\n";
        String host = "Host: store\r\n";

        assertThat(read(line + host + "X: " + "a".repeat(8189) + "\r\n\r\n", 100)
                        .path()
                        .get(0))
                .hasSize(8178);
        assertThat(read("GET / HTTP/1.1\r\n" + host + fields(99) + "\r\n", 100)
                        .fields()
                        .lines())
                .hasSize(100);
        assertThat(read("POST / HTTP/1.1\r\n" + host + "Content-Length: 65536\r\n\r\n" + "x".repeat(65536), 1000)
                        .body())
                .hasSize(65536);
    }

    @Test
    void saysThatThePeerIsGoneWhereverARequestIsCutOff() throws Exception {
        String text = "POST / HTTP/1.1\r\nHost: store\r\nContent-Length: 3\r\n\r\nabc";
        for (int length = 1; length < text.length(); length++) {
            RequestReader reader = reader(text.substring(0, length), 1);

            assertThatThrownBy(() -> next(reader)).isInstanceOf(EOFException.class);
        }
        assertThat(reader("", 1).awaitRequest()).isFalse();
    }

    private static String fields(int count) {
        return IntStream.range(0, count).mapToObj(i -> "X" + i + ": y\r\n").collect(Collectors.joining());
    }

    private static int statusOf(String text, int chunk) {
        HttpException refused = catchThrowableOfType(HttpException.class, () -> read(text, chunk));
        assertThat(refused).as(text).isNotNull();
        return refused.response().status().code();
    }

    private static Request read(String text, int chunk) throws IOException, HttpException {
        return next(reader(text, chunk));
    }

    private static Request next(RequestReader reader) throws IOException, HttpException {
        return reader.readRest(reader.readHead());
    }

    private static RequestReader reader(String text, int chunk) {
        return new RequestReader(inChunks(text, chunk), Limits.DEFAULT);
    }

    private static InputStream inChunks(String text, int chunk) {
        return new FilterInputStream(new ByteArrayInputStream(text.getBytes(ISO_8859_1))) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, chunk));
            }
        };
    }
}
