package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §8.4 and §12.5.3: content codings. */
@OverEveryTransport
class CodingRulesTest {
    private static final String CONTENT = "content that repeats ".repeat(20);
    private static final String SHORT = "short";

    @RegisterExtension
    static final EchoServer SERVER =
            new EchoServer(route("/static", CONTENT), route("/short", SHORT), route("/empty", ""));

    private static Router.Route route(String path, String content) {
        return new Router.Route("GET", path, new StaticResource("text/plain", List.of(), content.getBytes(US_ASCII)));
    }

    private static RawResponse get(String path, String... fieldLines) throws Exception {
        String request = RawRequest.head("GET " + path + " HTTP/1.1", fieldLines);
        return SERVER.answers(request + RawRequest.get(), 200, 200).get(0);
    }

    private static RawResponse head(String... fieldLines) throws Exception {
        try (RawClient peer = SERVER.connect()) {
            peer.send(RawRequest.head("HEAD /static HTTP/1.1", fieldLines));
            return peer.read("HEAD");
        }
    }

    private static String decoded(RawResponse response) throws Exception {
        byte[] bytes = response.content().getBytes(ISO_8859_1);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), US_ASCII);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZip",
                "x-gzip",
                "X-GZIP;q=0.5",
                "gzip, deflate",
                "gzip, deflate, br, zstd",
                "deflate,br,\tgzip",
                "gzip, compressed",
                "gzip;q=1",
                "gzip;q=1.000",
                "gzip;q=1.",
                "gzip;Q=0.5",
                "gzip;q=0.001",
                "gzip \t;\t q=0.5",
                "br;q=1, gzip;q=0.1",
                "gzip;q=0.5, *;q=0",
                "gzip;q=0.5, identity;q=0.5",
                "identity;q=0.5, gzip",
                "gzip, identity;q=0",
                "gzip;q=0.001, *;q=0, identity;q=0",
                "*",
                "*;q=0.5",
                "*;q=0.5, identity;q=0.4",
                ", ,gzip,,",
                "deflate\r\nAccept-Encoding: gzip",
                "\r\nAccept-Encoding: gzip",
            })
    void sendsGzipToClientsThatPreferIt(String accepted) throws Exception {
        RawResponse response = get("/static", "Accept-Encoding: " + accepted);

        assertThat(response.field("Content-Encoding")).contains("gzip");
        assertThat(response.content()).hasSizeLessThan(CONTENT.length());
        assertThat(decoded(response)).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: gzip",
                "Accept-Encoding:",
                "Accept-Encoding: ,",
                "Accept-Encoding: identity",
                "Accept-Encoding: deflate, br, zstd",
                "Accept-Encoding: gzip;q=0",
                "Accept-Encoding: gzip;q=0.0",
                "Accept-Encoding: gzip;q=0.000, *",
                "Accept-Encoding: x-gzip;q=0, *",
                "Accept-Encoding: gzip;q=0.5, identity",
                "Accept-Encoding: gzip;q=0.5, identity;q=0.6",
                "Accept-Encoding: gzip;q=0.5, *",
                "Accept-Encoding: *, identity;q=1, gzip;q=0.9",
                "Accept-Encoding: *;q=0",
                "Accept-Encoding: gzip, gzip;q=0",
                "Accept-Encoding: gzip;q=0, x-gzip",
                "Accept-Encoding: gzipped",
                "Accept-Encoding: xx-gzip",
                "TE: gzip",
            })
    void sendsThePlainContentToOtherClients(String line) throws Exception {
        RawResponse response = get("/static", line);

        assertThat(response.fields()).doesNotContainKey("Content-Encoding");
        assertThat(response.content()).isEqualTo(CONTENT);
    }

    /** A server may send 406 instead (RFC 9110 §15.5.7). */
    @ParameterizedTest
    @ValueSource(strings = {"identity;q=0", "*;q=0", "gzip;q=0, identity;q=0", "br, *;q=0", "br;q=1, identity;q=0"})
    void sendsThePlainContentIfNothingIsAcceptable(String accepted) throws Exception {
        assertThat(get("/static", "Accept-Encoding: " + accepted).content()).isEqualTo(CONTENT);
    }

    /** The whole field, also if it has gzip. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip;q=2",
                "gzip;q=1.001",
                "gzip;q=0.0000",
                "gzip;q=0.1234",
                "gzip;q=-1",
                "gzip;q=.5",
                "gzip;q=",
                "gzip;q = 0.5",
                "gzip;q=\"0.5\"",
                "gzip;q=0,5",
                "gzip;q=1e0",
                "gzip;q=NaN",
                "gzip;x=1",
                "gzip;q=1;x=1",
                "gzip;q=1;q=1",
                "gzip;",
                "gzip br",
                "\"gzip\"",
                "gzip, ;q=1",
                "gzip/1",
                "gzip, \u00e9",
                "gzip, (br)",
                "gzip\r\nAccept-Encoding: br;q=x",
            })
    void ignoresAMalformedField(String accepted) throws Exception {
        assertThat(get("/static", "Accept-Encoding: " + accepted).content()).isEqualTo(CONTENT);
    }

    @Test
    void tagsEachCodingOfItsOwnAndSaysWhatItVariesWith() throws Exception {
        RawResponse identity = get("/static");
        RawResponse gzip = get("/static", "Accept-Encoding: gzip");

        assertThat(gzip.field("ETag")).isPresent().isNotEqualTo(identity.field("ETag"));
        assertThat(gzip.field("Vary")).isEqualTo(identity.field("Vary")).contains("Accept-Encoding");
        assertThat(gzip.field("Content-Type")).isEqualTo(identity.field("Content-Type"));
        assertThat(get("/static", "Accept-Encoding: *").field("ETag")).isEqualTo(gzip.field("ETag"));
    }

    @Test
    void answersHeadWithTheFieldsOfTheSelectedCoding() throws Exception {
        for (String accepted : List.of("gzip", "identity")) {
            String[] lines = {"Accept-Encoding: " + accepted, "X-Request-Id: 1"};

            assertThat(head(lines).fields()).isEqualTo(get("/static", lines).fields());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/short", "/empty"})
    void sendsNoGzipThatIsNotSmaller(String path) throws Exception {
        RawResponse response = get(path, "Accept-Encoding: gzip, identity;q=0");

        assertThat(response.fields()).doesNotContainKey("Content-Encoding");
        assertThat(response.content()).isEqualTo(path.equals("/short") ? SHORT : "");
        assertThat(response.field("Vary")).contains("Accept-Encoding");
    }
}
