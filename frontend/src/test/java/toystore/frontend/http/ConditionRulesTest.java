package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.frontend.http.Fields.Field;

/** RFC 9110 §8.8 and §13: entity tags and conditions. In the field lines, TAG stands for the current entity tag. */
@OverEveryTransport
class ConditionRulesTest {
    private static final String CONTENT = "the same content ".repeat(20);
    private static final String GZIP = "Accept-Encoding: gzip";

    @RegisterExtension
    static final EchoServer SERVER = new EchoServer(new Router.Route(
            "GET",
            "/static",
            new StaticResource(
                    "text/plain", List.of(new Field("Cache-Control", "no-cache")), CONTENT.getBytes(US_ASCII))));

    private static RawResponse get(int status, String... fieldLines) throws Exception {
        String request = RawRequest.head("GET /static HTTP/1.1", fieldLines);
        return SERVER.answers(request + RawRequest.get(), status, 200).get(0);
    }

    private static String entityTag(String... fieldLines) throws Exception {
        return get(200, fieldLines).field("ETag").orElseThrow();
    }

    private static String withTag(String lines) throws Exception {
        return lines.replace("TAG", entityTag());
    }

    private static RawResponse head(String... fieldLines) throws Exception {
        try (RawClient peer = SERVER.connect()) {
            peer.send(RawRequest.head("HEAD /static HTTP/1.1", fieldLines));
            RawResponse response = peer.read("HEAD");
            peer.send(RawRequest.get());
            assertThat(peer.read().status()).isEqualTo(200);
            return response;
        }
    }

    @Test
    void sendsTheSameStrongEntityTagForTheSameContent() throws Exception {
        assertThat(entityTag())
                .matches("\"[0-9a-f]{32}\"")
                .isEqualTo(entityTag())
                .isEqualTo(head().field("ETag").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-None-Match: TAG",
                "if-none-match:TAG",
                "If-None-Match: W/TAG",
                "If-None-Match: *",
                "If-None-Match: \"a\", TAG",
                "If-None-Match: TAG, \"a\"",
                "If-None-Match: \"a\",W/\"b\",W/TAG,\"c\"",
                "If-None-Match: \"a,b\", TAG",
                "If-None-Match: \"\", \"!#[]~\", \"\u00e9\u0080\", TAG",
                "If-None-Match: , ,\t, TAG ,, ,",
                "If-None-Match: \"a\"\r\nIf-None-Match: TAG",
                "If-None-Match: TAG\r\nIf-None-Match: \"a\"",
                "If-None-Match:\r\nIf-None-Match: TAG",
                "If-None-Match: TAG\r\nIf-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                "If-None-Match: TAG\r\nIf-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                "If-None-Match: TAG\r\nRange: bytes=0-0\r\nIf-Range: \"a\"",
            })
    void sends304IfAnEntityTagMatches(String lines) throws Exception {
        assertThat(get(304, withTag(lines)).content()).isEmpty();
        assertThat(head(withTag(lines)).status()).isEqualTo(304);
    }

    /** The longest list that the limits allow: it costs no more than its length. */
    @Test
    void findsATagInALongList() throws Exception {
        String line = "If-None-Match: " + "W/\"a\",".repeat(1300);

        get(304, line, line, line, withTag("If-None-Match: TAG"));
        get(200, line, line, line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: TAG",
                "If-None-Match:",
                "If-None-Match: ,",
                "If-None-Match: \"a\"",
                "If-None-Match: \"a\", W/\"b\"",
                "If-None-Match: \"*\"",
                "If-None-Match: \"\"",
            })
    void sendsTheContentIfNoEntityTagMatches(String lines) throws Exception {
        assertThat(get(200, withTag(lines)).content()).isEqualTo(CONTENT);
        assertThat(head(withTag(lines)).status()).isEqualTo(200);
    }

    /** The whole field, also if it has the current tag. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "W/",
                "w/TAG",
                "W/ TAG",
                "W/W/TAG",
                "W/*",
                "xTAG",
                "TAGx",
                "'a', TAG",
                "a, TAG",
                "TAG, a",
                "TAG \"a\"",
                "\"a\" TAG",
                "TAGTAG",
                "TAG; \"a\"",
                "TAG, \"",
                "\", TAG",
                "\"a b\", TAG",
                "\"a\tb\", TAG",
                "*, TAG",
                "TAG, *",
                "**",
                "*\r\nIf-None-Match: TAG",
            })
    void ignoresAMalformedList(String list) throws Exception {
        assertThat(get(200, withTag("If-None-Match: " + list)).content()).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none, none", "Accept-Encoding: gzip, gzip"})
    void sends304WithTheFieldsOf200ThatAreNotAboutTheContent(String acceptEncoding, String coding) throws Exception {
        String accept = acceptEncoding == null ? "X: y" : acceptEncoding;
        RawResponse ok = get(200, accept, "X-Request-Id: 1");
        assertThat(ok.fields().remove("Content-Type")).isEqualTo("text/plain");
        assertThat(ok.fields().remove("Content-Length")).isNotNull();
        assertThat(ok.fields().remove("Content-Encoding")).isEqualTo(coding);
        assertThat(ok.fields())
                .containsKeys("Date", "Cache-Control", "ETag", "Vary", "X-Request-Id")
                .hasSize(SERVER.transport().isTls() ? 6 : 5);

        RawResponse notModified = get(304, accept, "X-Request-Id: 1", "If-None-Match: *");

        assertThat(notModified.fields()).isEqualTo(ok.fields());
        assertThat(head(accept, "X-Request-Id: 1", "If-None-Match: *").fields()).isEqualTo(ok.fields());
    }

    @Test
    void comparesWithTheEntityTagOfTheSelectedRepresentation() throws Exception {
        String ofIdentity = "If-None-Match: " + entityTag();
        String ofGzip = "If-None-Match: " + entityTag(GZIP);

        get(304, ofIdentity);
        get(200, ofGzip);
        get(304, GZIP, ofGzip);
        get(200, GZIP, ofIdentity);
        get(304, GZIP, ofIdentity, ofGzip);
    }

    /** There is no date of the last modification, and there are no ranges. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT",
                "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                "Range: bytes=0-0",
                "Range: bytes=0-0\r\nIf-Range: TAG",
                "If-Match: TAG",
                "If-Match: \"a\"",
            })
    void ignoresOtherConditionsAndRanges(String lines) throws Exception {
        assertThat(get(200, withTag(lines)).content()).isEqualTo(CONTENT);
    }

    @Test
    void ignoresConditionsWithoutAResponseOf200() throws Exception {
        Map<String, Integer> statuses = Map.of(
                "GET /nowhere HTTP/1.1", 404,
                "OPTIONS /static HTTP/1.1", 204,
                "POST /static HTTP/1.1", 405,
                "GET /static/%zz HTTP/1.1", 400);
        for (Map.Entry<String, Integer> each : statuses.entrySet()) {
            SERVER.answers(RawRequest.head(each.getKey(), "If-None-Match: *"), each.getValue());
        }
    }
}
