package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §5 and RFC 9110 §5: field lines; §7.2: Host. */
@OverEveryTransport
class FieldRulesTest {
    private static final int LONGEST = 8192;
    private static final int MOST = 100;

    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "X:y",
                "X: \t y \t ",
                "X:",
                "X: ",
                "x: y",
                "X: a:b",
                "X: a\tb",
                "X: \u0080\u00ff\u00e9",
                "!#$%&'*+-.^_`|~09azAZ: y",
                "X: y\r\nX: z"
            })
    void ignoresUnknownFields(String line) throws Exception {
        SERVER.answers(RawRequest.get(line) + RawRequest.get(), 200, 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 5", "CONTENT-LENGTH: 5", "cOnTeNt-LeNgTh:5", "Content-Length:\t5\t "})
    void comparesFieldNamesWithoutRegardToCase(String line) throws Exception {
        SERVER.answers(RawRequest.post(line, "hello") + RawRequest.get(), 200, 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X : y", "X\t: y", "Content-Length : 5", "Host : store", " : y"})
    void refusesWhiteSpaceBeforeTheColon(String line) throws Exception {
        SERVER.refuses(400, RawRequest.get(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ": y",
                "X",
                "X y",
                "y=z",
                ":",
                "X Y: z",
                "X(: y",
                "\"X\": y",
                "X/Y: z",
                "X@: y",
                "{X}: y",
                "X;: y",
                "X=: y"
            })
    void refusesANameThatIsNotATokenAndALineWithoutAColon(String line) throws Exception {
        SERVER.refuses(400, RawRequest.get(line));
    }

    @Test
    void refusesANameWithBytesBeyondAscii() throws Exception {
        SERVER.refuses(400, RawRequest.get("X\u00e9: y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y\r\n z", "X: y\r\n\tz", "X: y\r\n ", "X:\r\n y", "Content-Length:\r\n 5"})
    void refusesAFoldedLine(String lines) throws Exception {
        SERVER.refuses(400, RawRequest.get(lines));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" Host: store", "\tHost: store", " X: y\r\nHost: store", " \r\nHost: store", "\t\r\nHost: store"
            })
    void refusesWhiteSpaceBeforeTheFirstField(String lines) throws Exception {
        SERVER.refuses(400, "GET /echo HTTP/1.1\r\n" + lines + "\r\n\r\n");
    }

    @ParameterizedTest(name = "byte {0}")
    @MethodSource
    void refusesControlBytesInAField(int b) throws Exception {
        SERVER.refuses(400, RawRequest.get("X: a" + (char) b + "b"));
        SERVER.refuses(400, RawRequest.get("X" + (char) b + ": y"));
        SERVER.refuses(400, RawRequest.get("X: " + (char) b));
    }

    static IntStream refusesControlBytesInAField() {
        return IntStream.concat(
                IntStream.range(0, 0x20).filter(b -> b != '\t' && b != '\r' && b != '\n'), IntStream.of(0x7f));
    }

    @Test
    void acceptsTheLongestFieldLine() throws Exception {
        SERVER.answers(RawRequest.get("X:" + "y".repeat(LONGEST - 2)) + RawRequest.get(), 200, 200);
    }

    @Test
    void refusesALongerFieldLineBeforeItsEnd() throws Exception {
        SERVER.refuses(431, RawRequest.get("X:" + "y".repeat(LONGEST - 1)));
        SERVER.refuses(431, RawRequest.get("X".repeat(LONGEST + 1)));
        SERVER.closesWith(431, "GET /echo HTTP/1.1\r\nX:" + "y".repeat(LONGEST));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8192|the field \"Cookie\" is longer than 8192 bytes",
                "8000|the fields are longer than 32768 bytes together; the longest is \"Cookie\"",
            })
    void namesTheFieldThatIsTooLong(int length, String message) throws Exception {
        String cookie = "Cookie: " + "c".repeat(length);
        String others = ("X: " + "x".repeat(7900) + "\r\n").repeat(4) + "Y: y";

        for (String request : List.of(
                RawRequest.get(cookie, others),
                RawRequest.post("Transfer-Encoding: chunked", "0\r\n" + cookie + "\r\n" + others + "\r\n\r\n"))) {
            assertThat(SERVER.refuses(431, request).error().path("message").asString())
                    .isEqualTo(message);
        }
    }

    @Test
    void acceptsTheMostFieldLines() throws Exception {
        SERVER.answers(RawRequest.get(lines(MOST - 1, "X: y")) + RawRequest.get(), 200, 200);
        SERVER.refuses(431, RawRequest.get(lines(MOST, "X: y")));
    }

    @Test
    void refusesFieldsThatAreTooLongTogether() throws Exception {
        String line = "X: " + "y".repeat(1000);

        SERVER.answers(RawRequest.get(lines(31, line)) + RawRequest.get(), 200, 200);
        SERVER.refuses(431, RawRequest.get(lines(33, line)));
    }

    private static String[] lines(int count, String line) {
        return IntStream.range(0, count).mapToObj(i -> line).toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "store",
                "STORE",
                "store:80",
                "store:",
                "store:65535",
                "store.example",
                "127.0.0.1",
                "127.0.0.1:8080",
                "[::1]",
                "[::1]:8080",
                "[2001:db8::1]",
                "[1:2:3:4:5:6:7:8]",
                "[::ffff:127.0.0.1]:80",
                "a_b-c~d",
                "caf%c3%a9"
            })
    void acceptsAHost(String host) throws Exception {
        SERVER.answers("GET /echo HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user@store",
                "@store",
                "a b",
                "a,b",
                "store, store",
                "store/echo",
                "/",
                "http://store",
                "store?a",
                "store#a",
                "store:x",
                "store:80x",
                "store:-1",
                "store:+80",
                "store:65536",
                "store:99999999999999999999",
                "store:80:80",
                "::1",
                "[::1",
                "::1]",
                "[]",
                "[::1]x",
                "[zz]",
                "[127.0.0.1]",
                "[:::]",
                "[1::2::3]",
                "[12345::]",
                "[1:2:3:4:5:6:7:8:9]",
                "[...]",
                "st[::1]",
                "store\\",
                "\"store\"",
                "<store>",
                "st%zz",
                "st%4",
                "\u00e9"
            })
    void refusesAnInvalidHost(String host) throws Exception {
        SERVER.refuses(400, "GET /echo HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t ", ":", ":8080", " :80"})
    void refusesAnEmptyHost(String host) throws Exception {
        for (String version : List.of("1.1", "1.0")) {
            String field = " HTTP/" + version + "\r\nHost:" + host + "\r\n\r\n";
            SERVER.refuses(400, "GET /echo" + field);
            SERVER.refuses(400, "OPTIONS *" + field);
            SERVER.refuses(400, "GET http://store/echo" + field);
        }
    }

    @ParameterizedTest
    @MethodSource
    void requiresExactlyOneHost(int status, String version, String hosts) throws Exception {
        SERVER.refuses(status, "GET /echo " + version + "\r\n" + hosts + "\r\n");
    }

    static Stream<Arguments> requiresExactlyOneHost() {
        return Stream.of(
                arguments(400, "HTTP/1.1", ""),
                arguments(400, "HTTP/1.1", "X-Host: store\r\n"),
                arguments(400, "HTTP/1.1", "Host: store\r\nHost: store\r\n"),
                arguments(400, "HTTP/1.1", "Host: store\r\nhost: other\r\n"),
                arguments(400, "HTTP/1.1", "Host: store\r\nX: y\r\nHost:\r\n"),
                arguments(400, "HTTP/1.0", "Host: store\r\nHost: store\r\n"));
    }

    @Test
    void requiresNoHostInHttp10() throws Exception {
        SERVER.answers("GET /echo HTTP/1.0\r\n\r\n", 200);
        SERVER.refuses(400, "GET /echo HTTP/1.0\r\nHost: a b\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: a b\r\n", "Host: store\r\nHost: store\r\n"})
    void requiresAHostBesideAnAbsoluteTarget(String hosts) throws Exception {
        SERVER.refuses(400, "GET http://store/echo HTTP/1.1\r\n" + hosts + "\r\n");
        SERVER.answers("GET http://store/echo HTTP/1.1\r\nHost: other\r\n\r\n", 200);
    }
}
