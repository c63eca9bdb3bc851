package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §9: methods. These errors leave the connection open. */
@OverEveryTransport
class MethodRulesTest {
    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    private static List<RawResponse> exchange(String method, String requests) throws Exception {
        try (RawClient peer = SERVER.connect()) {
            peer.sendAndEnd(requests, Delivery.WHOLE);
            return peer.readAll(method);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /echo", "POST, /echo", "PUT, /echo", "GET, /echo/a"})
    void passesARequestToItsRoute(String method, String target) throws Exception {
        var responses =
                SERVER.answers(RawRequest.line(method + " " + target + " HTTP/1.1") + RawRequest.get(), 200, 200);

        assertThat(responses.get(0).echo().method()).isEqualTo(method);
    }

    @ParameterizedTest
    @CsvSource({"/echo, 200", "/nowhere, 404"})
    void answersHeadLikeGetWithoutTheContent(String target, int status) throws Exception {
        String marked = " " + target + " HTTP/1.1\r\nHost: store\r\nX-Request-Id: 1\r\n\r\n";
        RawResponse get = exchange("GET", "GET" + marked).get(0);

        List<RawResponse> responses = exchange("HEAD", "HEAD" + marked + RawRequest.get());

        assertThat(responses).extracting(RawResponse::status).containsExactly(status, 200);
        if (status == 200) { // the echo of HEAD is one letter longer
            assertThat(responses.get(0).fields()).containsKey("Content-Length");
            assertThat(Integer.parseInt(responses.get(0).fields().get("Content-Length")))
                    .isEqualTo(Integer.parseInt(get.fields().get("Content-Length")) + 1);
            get.fields().remove("Content-Length");
            responses.get(0).fields().remove("Content-Length");
        }
        assertThat(responses.get(0).fields()).isEqualTo(get.fields());
        assertThat(responses.get(0).content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD /echo HTTP/1.1\r\n\r\n",
                "HEAD /%zz HTTP/1.1\r\nHost: store\r\n\r\n",
                "HEAD /echo HTTP/1.1\r\nHost: store\r\nX : y\r\n\r\n"
            })
    void sendsNoContentWhenItRefusesHead(String request) throws Exception {
        SERVER.refuses(400, request);
    }

    @ParameterizedTest
    @CsvSource({"/echo, 'GET HEAD POST PUT OPTIONS'", "/echo/a, 'GET HEAD OPTIONS'", "*, 'GET HEAD POST PUT OPTIONS'"})
    void listsTheAllowedMethodsForOptions(String target, String allowed) throws Exception {
        RawResponse response = SERVER.answers(
                        RawRequest.line("OPTIONS " + target + " HTTP/1.1") + RawRequest.get(), 204, 200)
                .get(0);

        assertThat(allow(response)).containsExactlyInAnyOrder(allowed.split(" ", -1));
        assertThat(response.content()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /echo, 'GET HEAD POST PUT OPTIONS'",
        "PATCH, /echo, 'GET HEAD POST PUT OPTIONS'",
        "TRACE, /echo, 'GET HEAD POST PUT OPTIONS'",
        "POST, /echo/a, 'GET HEAD OPTIONS'",
        "PUT, /echo/a, 'GET HEAD OPTIONS'",
        "DELETE, /echo/a, 'GET HEAD OPTIONS'"
    })
    void sends405WithTheAllowedMethods(String method, String target, String allowed) throws Exception {
        RawResponse response = SERVER.answers(
                        RawRequest.line(method + " " + target + " HTTP/1.1") + RawRequest.get(), 405, 200)
                .get(0);

        assertThat(allow(response)).containsExactlyInAnyOrder(allowed.split(" ", -1));
        assertThat(response.closes()).isFalse();
    }

    private static Set<String> allow(RawResponse response) {
        return Set.of(response.field("Allow").orElse("").split(", ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"})
    void sends404ForAnUnknownPath(String method) throws Exception {
        for (String target : List.of("/nowhere", "/echo/", "/echo/a/b", "/ECHO", "//echo", "/echo/..;/echo")) {
            SERVER.answers(RawRequest.line(method + " " + target + " HTTP/1.1") + RawRequest.get(), 404, 200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BREW",
                "get",
                "Get",
                "options",
                "head",
                "GETT",
                "XGET",
                "M-SEARCH",
                "PROPFIND",
                "1",
                "!#$%&'*+-.^_`|~",
                "AVERYLONGMETHODTHATNOBODYKNOWSANDNOBODYEVERWILLBECAUSEITISFARTOOLONG"
            })
    void sends501ForAnUnknownMethod(String method) throws Exception {
        SERVER.answers(RawRequest.line(method + " /echo HTTP/1.1") + RawRequest.get(), 501, 200);
        SERVER.answers(RawRequest.line(method + " /nowhere HTTP/1.1") + RawRequest.get(), 501, 200);
    }

    @Test
    void neverSendsARequestBack() throws Exception {
        String request = RawRequest.head("TRACE /echo HTTP/1.1", "Cookie: secret", "X: secret");

        assertThat(SERVER.answers(request, 405).get(0).toString()).doesNotContain("secret");
    }
}
