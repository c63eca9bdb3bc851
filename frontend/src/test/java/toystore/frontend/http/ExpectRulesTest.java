package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §10.1.1: clients that wait for {@code 100 Continue} before they send content. */
@OverEveryTransport
class ExpectRulesTest {
    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    @ParameterizedTest
    @ValueSource(strings = {"Expect: 100-continue", "expect:100-Continue", "Expect: \t100-CONTINUE "})
    void sendsContinueForContentOfALength(String line) throws Exception {
        try (RawClient peer = SERVER.connect()) {
            for (int i = 0; i < 2; i++) {
                peer.send(RawRequest.post(line + "\r\nContent-Length: 5", ""));
                assertThat(peer.read().status()).isEqualTo(100);

                peer.send("hello");
                assertThat(peer.read().echo().content()).isEqualTo("hello");
            }
        }
    }

    @Test
    void sendsContinueForContentInChunks() throws Exception {
        try (RawClient peer = SERVER.connect()) {
            peer.send(RawRequest.post("Transfer-Encoding: chunked\r\nExpect: 100-continue", ""));
            assertThat(peer.read().status()).isEqualTo(100);

            peer.send("5\r\nhello\r\n0\r\n\r\n");
            assertThat(peer.read().echo().content()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\nContent-Length: 0"})
    void sendsNoContinueWithoutContent(String lines) throws Exception {
        try (RawClient peer = SERVER.connect()) {
            peer.send(RawRequest.get("Expect: 100-continue" + lines));

            assertThat(peer.read().status()).isEqualTo(200);
        }
    }

    @Test
    void ignoresTheExpectationOfHttp10() throws Exception {
        try (RawClient peer = SERVER.connect()) {
            peer.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            peer.send("hello");

            assertThat(peer.readAll()).extracting(RawResponse::status).containsExactly(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200-ok",
                "100 continue",
                "100",
                "y 100-continue",
                "100-continued",
                "100-continue, x",
                "x, 100-continue",
                "100-continue=1",
                "100-continue\r\nExpect: x"
            })
    void sends417ForAnotherExpectation(String expectation) throws Exception {
        SERVER.refuses(417, RawRequest.post("Content-Length: 5\r\nExpect: " + expectation, "hello"));
    }

    @ParameterizedTest
    @CsvSource({
        "413, Content-Length: 65537",
        "413, Content-Length: 99999999999999999999",
        "400, Content-Length: x",
        "400, Host: other",
        "400, Transfer-Encoding: gzip",
        "501, 'Transfer-Encoding: gzip, chunked'",
        "417, Expect: x"
    })
    void refusesInsteadOfContinueWhenTheHeadIsInvalid(int status, String line) throws Exception {
        SERVER.closesWith(status, RawRequest.post("Expect: 100-continue\r\n" + line, ""));
    }

    @Test
    void framesContentThatArrivesBeforeContinue() throws Exception {
        String content = EchoServer.SMUGGLED;

        var responses = SERVER.answers(
                RawRequest.post("Expect: 100-continue\r\nContent-Length: " + content.length(), content)
                        + RawRequest.get(),
                200,
                200);

        assertThat(responses.get(0).echo().content()).isEqualTo(content);
    }

    @Test
    void sendsContinueAtMostOnce() throws Exception {
        try (RawClient peer = SERVER.connect()) {
            peer.send(RawRequest.post("Expect: 100-continue\r\nContent-Length: 5", ""));
            assertThat(peer.read().status()).isEqualTo(100);

            peer.sendAndEnd("hello", Delivery.byteByByte(SERVER.transport()));
            assertThat(peer.readAll()).extracting(RawResponse::status).containsExactly(200);
        }
    }
}
