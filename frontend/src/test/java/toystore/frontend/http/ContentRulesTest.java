package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §6: the end of the content of a request. */
@OverEveryTransport
class ContentRulesTest {
    private static final int MOST = 65_536;
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    @Test
    void readsAsManyBytesAsContentLengthTells() throws Exception {
        String bytes = IntStream.range(0, 256).mapToObj(b -> "" + (char) b).collect(Collectors.joining());

        var responses = SERVER.answers(RawRequest.post("Content-Length: 256", bytes) + RawRequest.get(), 200, 200);

        assertThat(responses.get(0).echo().content()).isEqualTo(bytes);
        assertThat(responses.get(1).echo().content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "05", "0000000000000000000000000000005", " 5", "5 ", "\t5\t"})
    void acceptsALengthInDigits(String length) throws Exception {
        var responses =
                SERVER.answers(RawRequest.post("Content-Length:" + length, "hello") + EchoServer.SMUGGLED, 200, 200);

        assertThat(responses.get(0).echo().content()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+5",
                "-5",
                "-0",
                "0x5",
                "5h",
                "5.0",
                "5e0",
                "5 5",
                "5\t5",
                "5,",
                ",5",
                "5,5",
                "5, 5",
                "5;5",
                "\"5\"",
                "five",
                "5_0",
                "\u00b2",
                "\u00d9\u00a5",
                "NaN",
                "5/5",
                "%35",
                "5\u00a0"
            })
    void refusesALengthThatIsNotInDigits(String length) throws Exception {
        SERVER.refuses(400, RawRequest.post("Content-Length: " + length, "hello"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5",
                "Content-Length: 6",
                "content-length: 5",
                "Content-Length: 0",
                "Content-Length:"
            })
    void refusesALengthThatIsGivenTwice(String line) throws Exception {
        SERVER.refuses(400, RawRequest.post("Content-Length: 5\r\n" + line, "hello"));
        SERVER.refuses(400, RawRequest.post(line + "\r\nX: y\r\nContent-Length: 5", "hello"));
    }

    @Test
    void acceptsTheLongestContent() throws Exception {
        String content = "x".repeat(MOST);

        var responses =
                SERVER.answers(RawRequest.post("Content-Length: " + MOST, content) + RawRequest.get(), 200, 200);

        assertThat(responses.get(0).echo().content()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "65537",
                "0000000065537",
                "2147483647",
                "2147483653",
                "4294967301",
                "9223372036854775812",
                "18446744073709551621",
                "99999999999999999999999999999999999999999999999999"
            })
    void refusesLongerContentWithoutReadingIt(String length) throws Exception {
        SERVER.refuses(413, RawRequest.post("Content-Length: " + length, "hello"));
        SERVER.closesWith(413, RawRequest.post("Content-Length: " + length, ""));
    }

    @Test
    void refusesContentThatIsTooLongWhileItIsStillBeingSent() throws Exception {
        SERVER.refuses(413, RawRequest.post("Content-Length: 500000", "x".repeat(500_000)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 15\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 15",
                "Content-Length: 0\r\nTransfer-Encoding: chunked",
                "Content-Length: 15\r\nTransfer-Encoding: identity",
                "Content-Length: 15\r\nTransfer-Encoding:",
                "content-length: 15\r\ntransfer-encoding: CHUNKED",
                "Content-Length: x\r\nTransfer-Encoding: chunked"
            })
    void refusesALengthTogetherWithATransferCoding(String lines) throws Exception {
        SERVER.refuses(400, RawRequest.post(lines, CHUNKS));
    }

    @Test
    void refusesATransferCodingInHttp10() throws Exception {
        SERVER.refuses(400, "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS);
        SERVER.refuses(
                400, "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: CHUNKED",
                "transfer-encoding:cHunKed",
                "TRANSFER-ENCODING: \tchunked\t ",
                "Transfer-Encoding: ,chunked",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: , ,\tchunked ,",
                "Transfer-Encoding:\r\nTransfer-Encoding: chunked"
            })
    void acceptsTheTransferCodingChunked(String lines) throws Exception {
        var responses = SERVER.answers(RawRequest.post(lines, CHUNKS) + RawRequest.get(), 200, 200);

        assertThat(responses.get(0).echo().content()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "identity",
                "gzip",
                "xchunked",
                "chunkedx",
                "chunke",
                "x chunked",
                "chunked x",
                "chunked, gzip",
                "chunked, identity",
                "chunked\r\nTransfer-Encoding: identity",
                "chunked\r\nTransfer-Encoding: x",
                "\"chunked\"",
                "'chunked'",
                "chunked;q=1",
                "chunked;",
                "chunked; a=b",
                "(chunked)",
                "chunked\u00a0",
                "\u00a0chunked",
                "chun\u00adked",
                "CHUN\u00caED",
                "chunked:",
                "chunked=",
                "[chunked]"
            })
    void refusesATransferCodingThatDoesNotEndInChunked(String codings) throws Exception {
        SERVER.refuses(400, RawRequest.post("Transfer-Encoding: " + codings, CHUNKS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chunked, chunked",
                "chunked,chunked",
                "chunked\r\nTransfer-Encoding: chunked",
                "Chunked, CHUNKED"
            })
    void refusesChunksWithinChunks(String codings) throws Exception {
        SERVER.refuses(400, RawRequest.post("Transfer-Encoding: " + codings, CHUNKS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip, chunked",
                "deflate,chunked",
                "x, chunked",
                "gzip\r\nTransfer-Encoding: chunked",
                "gzip, deflate, chunked",
                "gzip,,chunked,"
            })
    void sends501ForCodingsBeforeChunked(String codings) throws Exception {
        SERVER.refuses(501, RawRequest.post("Transfer-Encoding: " + codings, CHUNKS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT"})
    void treatsARequestWithoutALengthAsOneWithoutContent(String method) throws Exception {
        var responses = SERVER.answers(RawRequest.line(method + " /echo HTTP/1.1") + EchoServer.SMUGGLED, 200, 200);

        assertThat(responses.get(0).echo().content()).isEmpty();
        assertThat(responses.get(1).echo().path()).containsExactly("echo", "smuggled");
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE /echo, 405",
        "OPTIONS /echo, 204",
        "GET /echo, 200",
        "GET /nowhere, 404",
        "POST /nowhere, 404",
        "BREW /echo, 501",
        "TRACE /echo, 405"
    })
    void readsAllContentWhateverTheResponse(String methodAndTarget, int status) throws Exception {
        String line = methodAndTarget + " HTTP/1.1";
        String content = EchoServer.SMUGGLED;

        SERVER.answers(
                RawRequest.head(line, "Content-Length: " + content.length()) + content + RawRequest.get(), status, 200);
        SERVER.answers(
                RawRequest.head(line, "Transfer-Encoding: chunked")
                        + Integer.toHexString(content.length())
                        + "\r\n"
                        + content
                        + "\r\n0\r\n\r\n"
                        + RawRequest.get(),
                status,
                200);
    }

    @Test
    void acceptsContentWithALengthInHttp10() throws Exception {
        assertThat(SERVER.parses("POST /echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello")
                        .content())
                .isEqualTo("hello");
    }
}
