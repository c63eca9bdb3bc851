package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 9112 §4 and RFC 9110 §6.6.1, §8.6, §15: the parts of every response. {@link RawResponseReader} checks more, for
 * the responses of all tests.
 */
@OverEveryTransport
class ResponseRulesTest {
    /** One request for each kind of response. */
    private static final List<String> REQUESTS = List.of(
            RawRequest.get(),
            RawRequest.target("/nowhere"),
            RawRequest.line("DELETE /echo HTTP/1.1"),
            RawRequest.line("OPTIONS /echo HTTP/1.1"),
            RawRequest.line("BREW /echo HTTP/1.1"),
            RawRequest.line("GET /echo HTTP/2.0"),
            RawRequest.get("X : y"),
            RawRequest.post("Content-Length: 70000", ""),
            RawRequest.get("Expect: x"),
            RawRequest.target("/" + "x".repeat(9000)),
            RawRequest.get("X: " + "x".repeat(9000)));

    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    private static RawResponse responseTo(String request) throws Exception {
        List<RawResponse> responses = SERVER.responsesTo(request, Delivery.WHOLE);
        assertThat(responses).hasSize(1);
        return responses.get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /echo HTTP/1.0", "GET /nowhere HTTP/1.0"})
    void respondsInHttp11ToHttp10(String line) throws Exception {
        assertThat(responseTo(RawRequest.line(line)).fields())
                .doesNotContainKey("Transfer-Encoding"); // RawResponseReader
    }

    @Test
    void datesEveryResponse() throws Exception {
        for (String request : REQUESTS) {
            assertThat(responseTo(request).field("Date")).contains("Tue, 03 Nov 2026 04:05:06 GMT");
        }
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS /echo HTTP/1.1, 204", "OPTIONS * HTTP/1.1, 204"})
    void sendsNoContentLengthWithoutContent(String line, int status) throws Exception {
        RawResponse response = responseTo(RawRequest.line(line));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.fields()).doesNotContainKeys("Content-Length", "Content-Type");
    }

    @Test
    void sendsAContentLengthWithOtherResponses() throws Exception {
        for (String request : REQUESTS) {
            RawResponse response = responseTo(request);
            if (response.status() != 204) {
                assertThat(response.field("Content-Length"))
                        .contains("" + response.content().length());
            }
        }
    }

    @Test
    void explainsErrorsInJson() throws Exception {
        for (String request : REQUESTS) {
            RawResponse response = responseTo(request);
            if (response.status() >= 400) {
                assertThat(response.field("Content-Type").orElse("")).startsWith("application/json");
                assertThat(response.error().path("code").asInt()).isEqualTo(response.status());
                assertThat(response.error().path("message").asString()).isNotBlank();
            }
        }
    }

    /** The message is for people, who may read it in a terminal. */
    @ParameterizedTest
    @MethodSource
    void quotesOnlyThePrintableBeginningOfRefusedText(String request) throws Exception {
        String message = responseTo(request).error().path("message").asString();

        assertThat(message).isNotBlank().hasSizeLessThan(250).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    }

    static Stream<String> quotesOnlyThePrintableBeginningOfRefusedText() {
        String x = "x".repeat(5000);
        String unprintable = "\u009b31m\u00ad";
        return Stream.of(
                "GET /echo HTTP/1.1\r\nHost: a " + x + "\r\n\r\n",
                "GET /echo HTTP/1.1\r\nHost: " + unprintable + "\r\n\r\n",
                RawRequest.get("Expect: " + x),
                RawRequest.get("Expect: " + unprintable),
                RawRequest.get("Transfer-Encoding: " + x),
                RawRequest.get("Transfer-Encoding: " + unprintable),
                RawRequest.get("Transfer-Encoding: chunked, chunked;" + x + ", chunked"),
                RawRequest.get("Transfer-Encoding: " + x + ", chunked"),
                RawRequest.get("Content-Length: " + x),
                RawRequest.get("Content-Length: " + unprintable),
                RawRequest.get("Content-Length: " + "9".repeat(5000)),
                RawRequest.target(x + "://store/"),
                RawRequest.target("!" + x + "://store/"),
                RawRequest.target("http://" + x + ",/"),
                RawRequest.target("/echo?" + x + "&" + x),
                RawRequest.target("/echo?%C2%9B31m&%C2%9B31m"),
                RawRequest.line(x + " /echo HTTP/1.1"),
                RawRequest.get("X".repeat(9000)),
                RawRequest.get("X" + unprintable + ": " + x + x),
                RawRequest.get(("Y".repeat(5000) + ": y\r\n").repeat(6) + "Y".repeat(5000) + ": y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "7d1f", "a-B_c.9", "5f3c8a52-7b1e-4f3a-9c55-2b6a6f1d2e90"})
    void returnsTheRequestId(String id) throws Exception {
        assertThat(responseTo(RawRequest.get("X-Request-Id: " + id)).field("X-Request-Id"))
                .contains(id);
        assertThat(responseTo(RawRequest.head("GET /nowhere HTTP/1.1", "x-request-id:" + id))
                        .field("X-Request-Id"))
                .contains(id);
    }

    @Test
    void makesAnIdForEveryRequestThatHasNone() throws Exception {
        List<String> ids =
                SERVER.answers(RawRequest.get().repeat(10), 200, 200, 200, 200, 200, 200, 200, 200, 200, 200).stream()
                        .map(response -> response.field("X-Request-Id").orElse("none"))
                        .toList();

        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void sendsARequestIdWithEveryResponse() throws Exception {
        for (String request : REQUESTS) {
            assertThat(responseTo(request).field("X-Request-Id")).as(request).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "\u00e9", "<script>", "\"a\"", "a\\b"})
    void makesAnIdForARequestWithAnInvalidId(String id) throws Exception {
        assertThat(responseTo(RawRequest.get("X-Request-Id: " + id))
                        .field("X-Request-Id")
                        .orElse("none"))
                .isNotEqualTo("none")
                .isNotEqualTo(id);
    }

    @Test
    void makesAnIdForARequestWithAnIdThatIsTooLong() throws Exception {
        String id = "a".repeat(4000);

        assertThat(responseTo(RawRequest.get("X-Request-Id: " + id))
                        .field("X-Request-Id")
                        .orElse(id))
                .isNotEqualTo(id);
    }
}
