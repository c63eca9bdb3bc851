package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §7: content in chunks, their extensions, and the trailer. */
@OverEveryTransport
class ChunkedRulesTest {
    private static final int MOST = 65_536;
    private static final String REST = "\r\nhello\r\n0\r\n\r\n";

    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    private static void assertUnderstood(String content, String chunks) throws Exception {
        var responses = SERVER.answers(RawRequest.chunked(chunks) + EchoServer.SMUGGLED, 200, 200);

        assertThat(responses.get(0).echo().content()).isEqualTo(content);
        assertThat(responses.get(1).echo().path()).containsExactly("echo", "smuggled");
    }

    @Test
    void joinsChunks() throws Exception {
        assertUnderstood("hello, world", "5\r\nhello\r\n2\r\n, \r\n5\r\nworld\r\n0\r\n\r\n");
        assertUnderstood("", "0\r\n\r\n");
        assertUnderstood("\r\n0\r\n\r\n", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n");
        assertUnderstood("0123456789abcdef0123456789", "1A\r\n0123456789abcdef0123456789\r\n0\r\n\r\n");
        assertUnderstood("0123456789", "a\r\n0123456789\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "05", "00000005"})
    void acceptsASizeOfUpToEightDigits(String size) throws Exception {
        assertUnderstood("hello", size + REST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "00", "00000000", "0;a=b"})
    void endsAtAChunkOfSize0(String last) throws Exception {
        assertUnderstood("hello", "5\r\nhello\r\n" + last + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 5",
                "\t5",
                "5 ",
                "5\t",
                "+5",
                "-5",
                "-1",
                "0x5",
                "0X5",
                "5h",
                "5g",
                "x",
                "\"5\"",
                "5,",
                "5.0",
                "5 5",
                "5=",
                "5:",
                "#5",
                "\u00b2",
                "00000000g",
                "123456789z",
                "5/*",
                "5\u00a0"
            })
    void refusesASizeThatIsNotHexadecimalDigitsOnly(String size) throws Exception {
        SERVER.refuses(400, RawRequest.chunked(size + REST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10001",
                "7fffffff",
                "80000000",
                "ffffffff",
                "fffffffb",
                "100000005",
                "0000000005",
                "7fffffffffffffff",
                "8000000000000005",
                "ffffffffffffffff",
                "10000000000000005",
                "100000000000000000000000000000005"
            })
    void refusesASizeThatIsTooLargeWithoutReadingTheData(String size) throws Exception {
        SERVER.refuses(413, RawRequest.chunked(size + REST));
        SERVER.closesWith(413, RawRequest.chunked(size + "\r\n"));
    }

    @Test
    void limitsTheSumOfTheSizes() throws Exception {
        String half = "8000\r\n" + "x".repeat(MOST / 2) + "\r\n";

        assertUnderstood("x".repeat(MOST), half + half + "0\r\n\r\n");
        SERVER.refuses(413, RawRequest.chunked(half + half + "1\r\nx\r\n0\r\n\r\n"));
        SERVER.refuses(413, RawRequest.chunked(half + "8001\r\n" + "x".repeat(MOST / 2 + 1) + "\r\n0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";a",
                ";a=b",
                ";a=\"b\"",
                " ; a = b",
                "\t;\ta\t=\t\"b c\"",
                ";a;b;c=d",
                ";a=\"\"",
                ";a=\"\\\"\\\\\"",
                ";a=\";\";b=\"=\"",
                ";a=\"\t\u00e9\"",
                ";a=\"GET / HTTP/1.1\"",
                ";!#$%&'*+-.^_`|~=1",
                ";a=0",
                "  \t ;a"
            })
    void skipsExtensions(String extensions) throws Exception {
        assertUnderstood("hello", "5" + extensions + REST);
        assertUnderstood("hello", "5\r\nhello\r\n0" + extensions + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                "; ",
                ";;a",
                ";a=",
                ";a= ",
                ";=b",
                ";a=b c",
                ";a b",
                ";a=\"b",
                ";a=b\"",
                ";a=\"b\"c",
                ";a=\"b\" c",
                ";a=\"b\\",
                ";(a)",
                ";a=(b)",
                ";a,b",
                ";a=b,c",
                ";a=b;",
                ";a=b=c",
                ";a/b",
                ";a=b ",
                ";\u00e9",
                ";a=\u00e9",
                ";a=@"
            })
    void refusesInvalidExtensions(String extensions) throws Exception {
        SERVER.refuses(400, RawRequest.chunked("5" + extensions + REST));
        SERVER.refuses(400, RawRequest.chunked("5\r\nhello\r\n0" + extensions + "\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\nhello\r\n0\r\n\r\n",
                "5\rhello\r\n0\r\n\r\n",
                "5;a\nhello\r\n0\r\n\r\n",
                "5;\nhello\r\n0\r\n\r\n",
                "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n",
                "5;a=\"\r\"\r\nhello\r\n0\r\n\r\n",
                "5;a\rb\r\nhello\r\n0\r\n\r\n",
                "5\r\r\nhello\r\n0\r\n\r\n",
                "\r\n5\r\nhello\r\n0\r\n\r\n",
                "\n5\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\n\r\n",
                "5\r\nhello\r\n0\r\n\n",
                "5\r\nhello\r\n0\r\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\r\n"
            })
    void refusesIncompleteLineEnds(String chunks) throws Exception {
        SERVER.refuses(400, RawRequest.chunked(chunks));
    }

    @ParameterizedTest(name = "byte {0}")
    @MethodSource
    void refusesControlBytesInAChunkLine(int b) throws Exception {
        SERVER.refuses(400, RawRequest.chunked("5" + (char) b + REST));
        SERVER.refuses(400, RawRequest.chunked("5;a" + (char) b + REST));
        SERVER.refuses(400, RawRequest.chunked("5;a=\"" + (char) b + "\"" + REST));
    }

    static IntStream refusesControlBytesInAChunkLine() {
        return IntStream.concat(
                IntStream.range(0, 0x20).filter(b -> b != '\t' && b != '\r' && b != '\n'), IntStream.of(0x7f));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n",
                "5\r\nhello \r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "5\r\nhell\r\n0\r\n\r\n",
                        "5\r\nhello\n\r0\r\n\r\n",
                "5\r\nhello\r\r\n0\r\n\r\n", "5\r\nhello\n\n0\r\n\r\n"
            })
    void requiresALineEndAfterTheData(String chunks) throws Exception {
        SERVER.refuses(400, RawRequest.chunked(chunks));
    }

    @Test
    void refusesAChunkLineThatIsTooLongBeforeItsEnd() throws Exception {
        assertUnderstood("hello", "5;a=" + "b".repeat(1000) + REST);
        SERVER.refuses(413, RawRequest.chunked("5;a=" + "b".repeat(1100) + REST));
        SERVER.closesWith(413, RawRequest.chunked("5;a=" + "b".repeat(1100)));
        SERVER.closesWith(413, RawRequest.chunked("5" + " ".repeat(1100)));
    }

    @Test
    void refusesExtensionsThatAreTooLongTogether() throws Exception {
        String chunk = "1;a=" + "b".repeat(500) + "\r\nx\r\n";

        assertUnderstood("x".repeat(30), chunk.repeat(30) + "0\r\n\r\n");
        SERVER.refuses(413, RawRequest.chunked(chunk.repeat(36) + "0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y\r\n",
                "X: y\r\nZ:\r\n",
                "X:\u00e9\r\n",
                "Content-Length: 50\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Host: other\r\n",
                "Connection: close\r\n",
                "Expect: x\r\n",
                "Content-Length: x\r\n"
            })
    void discardsTrailerFields(String trailer) throws Exception {
        assertUnderstood("hello", "5\r\nhello\r\n0\r\n" + trailer + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X : y\r\n",
                " X: y\r\n",
                "X: y\r\n z\r\n",
                "X\r\n",
                ": y\r\n",
                "X: \u0000\r\n",
                "X: y\n",
                "X: a\rb\r\n",
                "X(: y\r\n",
                " \r\n",
                "GET /echo/smuggled HTTP/1.1\r\n"
            })
    void refusesInvalidTrailerFields(String trailer) throws Exception {
        SERVER.refuses(400, RawRequest.chunked("5\r\nhello\r\n0\r\n" + trailer + "\r\n"));
    }

    @Test
    void limitsTheTrailerLikeTheFields() throws Exception {
        assertUnderstood("", "0\r\n" + "X: y\r\n".repeat(100) + "\r\n");
        SERVER.refuses(431, RawRequest.chunked("0\r\n" + "X: y\r\n".repeat(101) + "\r\n"));
        SERVER.refuses(431, RawRequest.chunked("0\r\nX:" + "y".repeat(8191) + "\r\n\r\n"));
        SERVER.refuses(431, RawRequest.chunked("0\r\n" + ("X: " + "y".repeat(1000) + "\r\n").repeat(33) + "\r\n"));
    }
}
