package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A field section with the bytes of the last one is not parsed again. No response must show that. */
@OverEveryTransport
class RepeatedFieldsTest {
    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    private static final String HOST = "Host: store\r\n";

    /** Requests that keep the connection open, with field sections that are equal, or begin with the same bytes. */
    private static final List<String> REQUESTS = List.of(
            "GET /echo HTTP/1.1\r\n" + HOST + "\r\n",
            "GET /echo/other HTTP/1.1\r\n" + HOST + "\r\n",
            "GET /echo HTTP/1.1\r\n" + HOST + "X-Request-Id: mine\r\n\r\n",
            "GET /echo HTTP/1.1\r\n" + HOST + "X-Request-Id: mine-too\r\n\r\n",
            "GET /echo HTTP/1.1\r\nhost: store\r\n\r\n",
            "GET /echo HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(3000) + "\r\n\r\n",
            "GET /echo HTTP/1.0\r\n" + HOST + "Connection: keep-alive\r\n\r\n",
            "GET /echo HTTP/1.1\r\n" + HOST + "Connection: keep-alive\r\n\r\n",
            "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\nhi",
            "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nyou",
            "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n",
            "POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            "PUT /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\n" + HOST + "\r\n",
            "POST /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
            "GET /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n");

    /** All pairs; over TLS, which does not know of fields, each request before itself and before the next one. */
    static Stream<Arguments> pairs() {
        int seconds = SERVER.transport().isTls() ? 2 : REQUESTS.size();
        return IntStream.range(0, REQUESTS.size())
                .boxed()
                .flatMap(first -> IntStream.range(first, first + seconds)
                        .mapToObj(second -> Arguments.of(REQUESTS.get(first), REQUESTS.get(second % REQUESTS.size()))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void answersARequestLikeAFirstOne(String first, String second) throws Exception {
        RawResponse alone = answers(second).get(0);

        List<RawResponse> responses = answers(first + second + second);

        assertThat(responses).hasSize(3);
        for (RawResponse response : responses.subList(1, 3)) {
            assertThat(response.summary()).isEqualTo(alone.summary());
            assertThat(response.field("Connection")).isEqualTo(alone.field("Connection"));
            assertThat(givenId(response)).isEqualTo(givenId(alone));
        }
    }

    /** The fields of the last request with more lines, or incomplete. */
    @ParameterizedTest
    @MethodSource("requestsOfHttp11")
    void refusesARequestLikeAFirstOne(String good) throws Exception {
        String fields = good.substring(good.indexOf("\r\n") + 2, good.indexOf("\r\n\r\n") + 2);

        for (String again : List.of(fields + HOST + "\r\n", fields + " folded\r\n\r\n", fields, fields + "\n\r\n")) {
            List<RawResponse> responses = answers(good + "GET /echo HTTP/1.1\r\n" + again);
            if (again.equals(fields) && SERVER.transport() == TestTransport.TLS_1_2) {
                assertThat(responses).hasSize(1); // the client has closed both sides with its close_notify
            } else {
                assertThat(responses).element(1).extracting(RawResponse::status).isEqualTo(400);
            }
        }
    }

    static Stream<String> requestsOfHttp11() {
        return REQUESTS.stream().filter(request -> request.contains("HTTP/1.1\r\n"));
    }

    @Test
    void acceptsTransferEncodingInHttp11Only() throws Exception {
        String chunked = REQUESTS.get(11);

        assertThat(answers(chunked + chunked.replace("1.1", "1.0")))
                .extracting(RawResponse::status)
                .containsExactly(200, 400);
    }

    @Test
    void closesAfterARequestOfHttp10WithTheFieldsOfOneOfHttp11() throws Exception {
        String get = REQUESTS.get(0);

        List<RawResponse> responses = answers(get + get.replace("1.1", "1.0") + EchoServer.SMUGGLED);

        assertThat(responses).extracting(RawResponse::status).containsExactly(200, 200);
        assertThat(responses.get(1).closes()).isTrue();
    }

    /** The id that the client has given; empty if the server has made one. */
    private static Optional<String> givenId(RawResponse response) {
        return response.field("X-Request-Id").filter(id -> id.startsWith("mine"));
    }

    private static List<RawResponse> answers(String requests) throws IOException {
        List<RawResponse> whole = SERVER.responsesTo(requests, Delivery.WHOLE);
        List<RawResponse> byteByByte = SERVER.responsesTo(requests, Delivery.byteByByte(SERVER.transport()));
        assertThat(byteByByte)
                .extracting(RawResponse::summary)
                .isEqualTo(whole.stream().map(RawResponse::summary).toList());
        return whole;
    }
}
