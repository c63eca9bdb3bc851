package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.frontend.http.RawResponse.Echo;

/** RFC 9112 §3.2 and RFC 3986: the target of a request. */
@OverEveryTransport
class TargetRulesTest {
    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    @ParameterizedTest
    @MethodSource
    void splitsATargetBeforeItDecodesItOnce(String target, List<String> path, Map<String, String> query)
            throws Exception {
        assertThat(SERVER.parses(RawRequest.target(target))).isEqualTo(new Echo("GET", path, query, ""));
    }

    static Stream<Arguments> splitsATargetBeforeItDecodesItOnce() {
        return Stream.of(
                arguments("/", List.of(""), Map.of()),
                arguments("/echo", List.of("echo"), Map.of()),
                arguments("/%65cho", List.of("echo"), Map.of()),
                arguments("/echo/a%20b", List.of("echo", "a b"), Map.of()),
                arguments("/echo/a+b", List.of("echo", "a+b"), Map.of()),
                arguments("/echo/caf%c3%A9", List.of("echo", "café"), Map.of()),
                arguments("/echo/%F0%9F%A7%B8", List.of("echo", "🧸"), Map.of()),
                arguments("/echo/%e2%82%ac", List.of("echo", "€"), Map.of()),
                arguments("/echo/%252e%252e", List.of("echo", "%2e%2e"), Map.of()),
                arguments("/echo/%252F", List.of("echo", "%2F"), Map.of()),
                arguments("/echo/%3Fa%3Db%26", List.of("echo", "?a=b&"), Map.of()),
                arguments("/echo/a%5Cb", List.of("echo", "a\\b"), Map.of()),
                arguments("/echo/a;b=c", List.of("echo", "a;b=c"), Map.of()),
                arguments("/echo/...", List.of("echo", "..."), Map.of()),
                arguments("/echo/..a", List.of("echo", "..a"), Map.of()),
                arguments("/echo/a:b@c!$&'()*,~-_.", List.of("echo", "a:b@c!$&'()*,~-_."), Map.of()),
                arguments("/echo?", List.of("echo"), Map.of()),
                arguments("/echo?a", List.of("echo"), Map.of("a", "")),
                arguments("/echo?a=", List.of("echo"), Map.of("a", "")),
                arguments("/echo?a=b=c", List.of("echo"), Map.of("a", "b=c")),
                arguments("/echo?a=b&c=d", List.of("echo"), Map.of("a", "b", "c", "d")),
                arguments("/echo?a=1+2&b=1%2B2", List.of("echo"), Map.of("a", "1 2", "b", "1+2")),
                arguments("/echo?a%3D=%26", List.of("echo"), Map.of("a=", "&")),
                arguments("/echo?a=%2Fb/c?d", List.of("echo"), Map.of("a", "/b/c?d")),
                arguments("/echo?a=../..", List.of("echo"), Map.of("a", "../..")),
                arguments("/echo?a=%C3%A9", List.of("echo"), Map.of("a", "é")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/echo/[a]", "/echo/a^b", "/echo/{a}", "/echo/a|b", "/echo/a`b", "/echo?a[]=^{|}`", "/echo/a]b"})
    void acceptsCharactersThatBrowsersDoNotEncode(String target) throws Exception {
        SERVER.answers(RawRequest.target(target), 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/echo#a",
                "/echo?a#b",
                "/echo/\"a\"",
                "/echo/<a>",
                "/echo\\a",
                "\\echo",
                "/echo?a=<b>",
                "/echo?a=\\"
            })
    void refusesCharactersThatATargetMustNotHave(String target) throws Exception {
        SERVER.refuses(400, RawRequest.target(target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%4g", "%%41", "%-1", "%+1", "% 41", "%u0041", "a%"})
    void refusesAPercentSignWithoutTwoHexadecimalDigits(String text) throws Exception {
        SERVER.refuses(400, RawRequest.target("/echo/" + text));
        SERVER.refuses(400, RawRequest.target("/echo?a=" + text));
        SERVER.refuses(400, RawRequest.target("/echo?" + text + "=b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%c0%af",
                "%C0%AE",
                "%e0%80%af",
                "%f0%80%80%af",
                "%c1%bf", // overlong
                "%ed%a0%80",
                "%ed%a0%bd%ed%b2%a9", // surrogates
                "%c3",
                "%e2%82",
                "%f0%9f%a7",
                "%c3x",
                "%c3/x", // incomplete
                "%80",
                "%bf",
                "%fe",
                "%ff", // never in UTF-8
                "%f4%90%80%80",
                "%f8%88%80%80%80" // beyond U+10FFFF
            })
    void refusesATargetThatIsNotUtf8AfterDecoding(String text) throws Exception {
        SERVER.refuses(400, RawRequest.target("/echo/" + text));
        SERVER.refuses(400, RawRequest.target("/echo?a=" + text));
    }

    @ParameterizedTest(name = "byte {0}")
    @MethodSource
    void refusesEncodedControlCharacters(int b) throws Exception {
        SERVER.refuses(400, RawRequest.target(String.format("/echo/a%%%02xb", b)));
        SERVER.refuses(400, RawRequest.target(String.format("/echo?a=%%%02X", b)));
    }

    static IntStream refusesEncodedControlCharacters() {
        return IntStream.concat(IntStream.range(0, 0x20), IntStream.of(0x7f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo/a%2Fb", "/echo/a%2fb", "/echo%2fa", "/%2Fecho", "/echo/%2f"})
    void refusesAnEncodedSlashInThePath(String target) throws Exception {
        SERVER.refuses(400, RawRequest.target(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/./echo",
                "/../echo",
                "/echo/.",
                "/echo/..",
                "/echo/../echo",
                "/echo/%2e",
                "/echo/%2E%2e",
                "/echo/.%2e",
                "/echo/%2e.",
                "/%2e%2e/echo",
                "/echo/..?a=b",
                "http://store/../echo"
            })
    void refusesDotSegments(String target) throws Exception {
        SERVER.refuses(400, RawRequest.target(target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo?a=1&a=2", "/echo?a&a", "/echo?a=1&%61=1", "/echo?a+b=1&a%20b=2"})
    void refusesAParameterThatIsGivenTwice(String target) throws Exception {
        assertThat(SERVER.responsesTo(RawRequest.target(target), Delivery.WHOLE))
                .extracting(RawResponse::status)
                .containsExactly(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://store/echo/a?b=c",
                "HTTP://STORE/echo/a?b=c",
                "http://store:80/echo/a?b=c",
                "http://store:/echo/a?b=c",
                "http://other:8080/echo/a?b=c",
                "http://127.0.0.1:1/echo/a?b=c",
                "http://[::1]:8080/echo/a?b=c"
            })
    void acceptsAnAbsoluteTarget(String target) throws Exception {
        assertThat(SERVER.parses(RawRequest.target(target)))
                .isEqualTo(new Echo("GET", List.of("echo", "a"), Map.of("b", "c"), ""));
    }

    @Test
    void acceptsAnAbsoluteTargetForEveryMethod() throws Exception {
        SERVER.answers(RawRequest.line("OPTIONS http://store/echo HTTP/1.1"), 204);
        SERVER.answers(RawRequest.line("DELETE http://store/echo HTTP/1.1"), 405);
        SERVER.answers("POST http://store/echo HTTP/1.1\r\nHost: store\r\nContent-Length: 1\r\n\r\na", 200);
    }

    @Test
    void treatsAnAbsoluteTargetWithoutAPathAsTheRoot() throws Exception {
        assertThat(SERVER.parses(RawRequest.target("http://store")).path()).containsExactly("");
        assertThat(SERVER.parses(RawRequest.target("http://store?a=b")).query()).isEqualTo(Map.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user@store/echo",
                "http://user:password@store/echo",
                "http://@store/echo",
                "http:///echo",
                "http://",
                "http://:80/echo",
                "http://?a=b",
                "http:/echo",
                "http:echo",
                "http://store:x/echo",
                "http://store:65536/echo",
                "http://[::1/echo",
                "http://::1/echo",
                "http://[zz]/echo",
                "http://a,b/echo",
                "http://store/echo#a",
                "http://st%zzore/echo",
                "://store/echo"
            })
    void refusesAnAbsoluteTargetWithAnInvalidAuthority(String target) throws Exception {
        SERVER.refuses(400, RawRequest.target(target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://store/echo", "HTTPS://store/echo"})
    void acceptsATargetOfHttpsOverTls(String target) throws Exception {
        if (SERVER.transport().isTls()) {
            assertThat(SERVER.parses(RawRequest.target(target)).path()).containsExactly("echo");
        } else {
            SERVER.refuses(421, RawRequest.target(target));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://store/echo", "ws://store/echo"})
    void sends421ForAnotherScheme(String target) throws Exception {
        SERVER.refuses(421, RawRequest.target(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET *",
                "POST *",
                "HEAD *",
                "DELETE *",
                "OPTIONS **",
                "OPTIONS *?a",
                "OPTIONS */echo",
                "OPTIONS /*/../*"
            })
    void acceptsAnAsteriskForOptionsOnly(String methodAndTarget) throws Exception {
        SERVER.refuses(400, RawRequest.line(methodAndTarget + " HTTP/1.1"));
        SERVER.answers(RawRequest.line("OPTIONS * HTTP/1.1"), 204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"store:80", "store", "echo", "127.0.0.1:80", "[::1]:80", "?a=b", "&", "@store", "user@store:80"})
    void acceptsAnAuthorityForConnectOnly(String target) throws Exception {
        SERVER.refuses(400, RawRequest.target(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/echo",
                "http://store/echo",
                "*",
                "store",
                "store:",
                ":80",
                "store:x",
                "store:65536",
                "a@store:80",
                "store:80/"
            })
    void refusesToConnectToAnInvalidHostAndPort(String target) throws Exception {
        SERVER.refuses(400, RawRequest.line("CONNECT " + target + " HTTP/1.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"store:80", "127.0.0.1:443", "[::1]:80"})
    void sends501ForConnect(String target) throws Exception {
        SERVER.refuses(501, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
    }
}
