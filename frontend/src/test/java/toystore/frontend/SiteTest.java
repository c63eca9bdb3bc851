package toystore.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.common.Address;
import toystore.frontend.http.OverEveryTransport;
import toystore.frontend.http.RawClient;
import toystore.frontend.http.RawRequest;
import toystore.frontend.http.RawResponse;
import toystore.frontend.http.TestTransport;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.Deadlines;

/** The web page and its files, as a frontend serves them. Its backends are down. */
@OverEveryTransport
class SiteTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int THREADS = 10;
    private static final Pattern ASSET = Pattern.compile("\"(/assets/[^\"]*)\"");
    private static final Pattern HASHED = Pattern.compile("/assets/store[.]([0-9a-f]{8})[.](css|js)");

    private final Socket silent = new Socket(); // holds a port on which no service listens
    private final TestTransport transport;
    private Frontend frontend;

    @TempDir
    private Path folder;

    SiteTest(TestTransport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws Exception {
        silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Address nobody = new Address("127.0.0.1", silent.getLocalPort());
        frontend = Frontend.start(new FrontendConfig(
                new Address("127.0.0.1", 0),
                nobody,
                nobody,
                SessionThreads.platform(THREADS),
                1000,
                new Deadlines(LONG, LONG, LONG, LONG, LONG, LONG),
                10,
                transport.isTls() ? Optional.of(certificate()) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                AddressLimits.none()));
    }

    private FrontendConfig.TlsFiles certificate() throws Exception {
        return new FrontendConfig.TlsFiles(
                Files.writeString(
                        folder.resolve("cert.pem"), TestTransport.identity().certificatePem()),
                Files.writeString(
                        folder.resolve("key.pem"), TestTransport.identity().keyPem()));
    }

    @AfterEach
    void stop() throws IOException {
        frontend.close();
        silent.close();
    }

    private RawResponse exchange(String requestLine, String... fieldLines) throws IOException {
        try (RawClient client = new RawClient(frontend.address(), transport)) {
            client.send(RawRequest.head(requestLine, fieldLines));
            return client.read(requestLine.split(" ", 2)[0]);
        }
    }

    private RawResponse get(String target, String... fieldLines) throws IOException {
        return exchange("GET " + target + " HTTP/1.1", fieldLines);
    }

    /** The paths of the files that the page names. */
    private List<String> assets() throws IOException {
        return ASSET.matcher(get("/").content())
                .results()
                .map(asset -> asset.group(1))
                .toList();
    }

    private List<String> allFiles() throws IOException {
        List<String> files = new ArrayList<>(assets());
        files.addAll(List.of("/", "/favicon.svg"));
        return files;
    }

    private Map<String, String> withoutThoseOfOneResponse(RawResponse response) {
        Map<String, String> fields = new TreeMap<>(response.fields());
        fields.keySet().removeAll(List.of("Date", "X-Request-Id", "Content-Length", "ETag"));
        assertThat(fields.remove("Strict-Transport-Security")).isEqualTo(transport.isTls() ? "max-age=31536000" : null);
        return fields;
    }

    @Test
    void sendsThePageWithFieldsThatProtectIt() throws Exception {
        RawResponse page = get("/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.content()).startsWith("<!DOCTYPE html>");
        assertThat(withoutThoseOfOneResponse(page))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Content-Type",
                        "text/html; charset=utf-8",
                        "Cache-Control",
                        "no-cache",
                        "Vary",
                        "Accept-Encoding",
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                                + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
                                + "require-trusted-types-for 'script'",
                        "X-Content-Type-Options",
                        "nosniff",
                        "Referrer-Policy",
                        "no-referrer",
                        "Cross-Origin-Opener-Policy",
                        "same-origin",
                        "Cross-Origin-Resource-Policy",
                        "same-origin"));
    }

    @Test
    void namesEachAssetByTheHashOfItsContent() throws Exception {
        assertThat(assets()).hasSize(2).doesNotHaveDuplicates();
        for (String asset : assets()) {
            byte[] content = get(asset).content().getBytes(ISO_8859_1);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            assertThat(asset).matches(HASHED).contains("." + HexFormat.of().formatHex(hash, 0, 4) + ".");
        }
    }

    @Test
    void letsCachesKeepAnAssetForEver() throws Exception {
        for (String asset : assets()) {
            RawResponse response = get(asset);

            assertThat(response.status()).isEqualTo(200);
            assertThat(withoutThoseOfOneResponse(response))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "Content-Type",
                            asset.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
                            "Cache-Control",
                            "public, max-age=31536000, immutable",
                            "Vary",
                            "Accept-Encoding",
                            "X-Content-Type-Options",
                            "nosniff",
                            "Cross-Origin-Resource-Policy",
                            "same-origin"));
        }
    }

    @Test
    void sendsTheIcon() throws Exception {
        RawResponse icon = get("/favicon.svg");

        assertThat(icon.status()).isEqualTo(200);
        assertThat(icon.content()).startsWith("<svg ");
        assertThat(withoutThoseOfOneResponse(icon))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Content-Type",
                        "image/svg+xml",
                        "Cache-Control",
                        "no-cache",
                        "Vary",
                        "Accept-Encoding",
                        "X-Content-Type-Options",
                        "nosniff",
                        "Cross-Origin-Resource-Policy",
                        "same-origin"));
    }

    @Test
    void sendsTheSameContentInGzip() throws Exception {
        int compressed = 0;
        for (String file : allFiles()) {
            String content = get(file).content();
            RawResponse response = get(file, "Accept-Encoding: gzip, deflate, br, zstd");
            if (response.fields().containsKey("Content-Encoding")) {
                compressed++;
                byte[] bytes = response.content().getBytes(ISO_8859_1);
                assertThat(bytes).hasSizeLessThan(content.length());
                try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo(content);
                }
            } else {
                assertThat(response.content()).isEqualTo(content);
            }
        }
        assertThat(compressed).isGreaterThanOrEqualTo(3);
    }

    @Test
    void sendsNoContentToAClientThatHasItAlready() throws Exception {
        for (String file : allFiles()) {
            for (String accepted : List.of("Accept-Encoding: gzip", "Accept-Encoding: identity")) {
                RawResponse first = get(file, accepted);
                String condition = "If-None-Match: " + first.field("ETag").orElseThrow();

                RawResponse second = get(file, accepted, condition);

                assertThat(second.status()).isEqualTo(304);
                assertThat(second.content()).isEmpty();
                first.fields().keySet().removeAll(List.of("Content-Type", "Content-Encoding"));
                assertThat(withoutThoseOfOneResponse(second)).isEqualTo(withoutThoseOfOneResponse(first));
                assertThat(exchange("HEAD " + file + " HTTP/1.1", accepted, condition)
                                .status())
                        .isEqualTo(304);
            }
        }
    }

    @Test
    void answersHeadLikeGetWithoutTheContent() throws Exception {
        for (String file : allFiles()) {
            String[] lines = {"X-Request-Id: 1", "Accept-Encoding: gzip"};
            RawResponse get = get(file, lines);

            RawResponse head = exchange("HEAD " + file + " HTTP/1.1", lines);

            get.fields().remove("Date");
            head.fields().remove("Date");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.fields()).isEqualTo(get.fields());
            assertThat(head.content()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, /assets",
        "404, /assets/",
        "404, //assets/store.css",
        "404, /assets//store.css",
        "404, /assets/store.css",
        "404, /assets/store.js",
        "404, /assets/store.00000000.css",
        "404, /assets/store.00000000.js",
        "404, /assets/index.html",
        "404, /assets/favicon.svg",
        "404, /assets/Site.class",
        "404, /assets/..%5cindex.html",
        "404, /assets/%252e%252e",
        "404, /assets/x/store.css",
        "404, /index.html",
        "404, /favicon.ico",
        "404, /favicon.svg/",
        "404, /FAVICON.SVG",
        "404, /store.css",
        "400, /assets/..",
        "400, /assets/../index.html",
        "400, /assets/.",
        "400, /assets/%2e%2e",
        "400, /assets/..%2f",
        "400, /assets/..%2findex.html",
        "400, /assets/%2fetc%2fpasswd",
        "400, /assets/store%00.css",
        "400, /assets/%c0%ae%c0%ae",
        "400, /favicon.svg%00",
        "400, /%2e%2e/favicon.svg",
        "400, /%"
    })
    void servesNothingElse(int status, String target) throws Exception {
        RawResponse response = get(target, "If-None-Match: *");

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.field("Content-Type")).contains("application/json");
        assertThat(response.field("Cache-Control")).contains("no-store");
    }

    @Test
    void servesNoAssetUnderAnyOtherNameOrHash() throws Exception {
        for (String asset : assets()) {
            for (String wrong : List.of(
                    asset + "x",
                    asset + "/",
                    asset + ".gz",
                    asset.toUpperCase(Locale.ROOT),
                    asset.replaceFirst("[0-9a-f]([.][a-z]+)$", "x$1"),
                    asset.endsWith(".js") ? asset.replace(".js", ".css") : asset.replace(".css", ".js"))) {
                assertThat(get(wrong).status()).as(wrong).isEqualTo(404);
            }
        }
    }

    /** Links collect parameters on their way. */
    @Test
    void ignoresAQuery() throws Exception {
        for (String file : allFiles()) {
            String entityTag = get(file).field("ETag").orElseThrow();
            for (String query : List.of("?", "?x", "?utm_source=a&utm_medium=b")) {
                assertThat(get(file + query).field("ETag")).contains(entityTag);
            }
            assertThat(get(file + "?%zz").status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/favicon.svg", "/assets/store.css"})
    void allowsOnlyToRead(String path) throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "TRACE")) {
            RawResponse response = exchange(method + " " + path + " HTTP/1.1", "Content-Length: 0");

            assertThat(response.status()).isEqualTo(405);
            assertThat(response.field("Allow")).contains("GET, HEAD, OPTIONS");
        }
    }

    /** Pages of other origins can read nothing here, and can send no order. */
    @ParameterizedTest
    @CsvSource({
        "204, OPTIONS, /orders, Access-Control-Request-Method: POST",
        "204, OPTIONS, /products, Access-Control-Request-Method: PUT",
        "204, OPTIONS, *, Access-Control-Request-Method: POST",
        "204, OPTIONS, /, Access-Control-Request-Private-Network: true",
        "200, GET, /, X: y",
        "200, GET, /favicon.svg, X: y",
        "200, GET, /health, X: y",
        "404, GET, /nothing, X: y",
        "415, POST, /orders, Content-Type: application/x-www-form-urlencoded",
        "415, POST, /orders, Content-Type: multipart/form-data; boundary=x",
        "415, POST, /orders, Content-Type: text/plain",
        "415, POST, /orders, X: y",
    })
    void givesOtherOriginsNoAccess(int status, String method, String target, String line) throws Exception {
        RawResponse response = exchange(
                method + " " + target + " HTTP/1.1", "Content-Length: 0", "Origin: https://other.example", line);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.fields().keySet()).noneMatch(name -> name.regionMatches(true, 0, "Access-Control", 0, 14));
    }

    @ParameterizedTest
    @CsvSource({"GET, /health", "GET, /metrics", "GET, /nothing", "GET, /orders", "POST, /orders", "PUT, /products"})
    void keepsCachesFromStoringOtherResponses(String method, String target) throws Exception {
        RawResponse response = exchange(method + " " + target + " HTTP/1.1", "Content-Length: 0");

        assertThat(response.field("Cache-Control")).contains("no-store");
    }

    @Test
    void countsAllAssetsAsOneRoute() throws Exception {
        get("/?a");
        get("/assets/one");
        get("/assets/two");

        assertThat(get("/metrics").content())
                .contains(
                        "toystore_http_requests_total{method=\"GET\",route=\"/\",status=\"200\"} 1.0",
                        "toystore_http_requests_total{method=\"GET\",route=\"/assets/{file}\",status=\"404\"} 2.0")
                .doesNotContain("route=\"/assets/one\"");
    }

    /** Browsers keep their connections open. Those that are idle make room for a new client. */
    @Test
    void servesANewClientWhileManyBrowsersAreIdle() throws Exception {
        List<RawClient> browsers = new ArrayList<>();
        try {
            for (int i = 0; i < 10 * THREADS; i++) {
                RawClient browser = new RawClient(frontend.address(), transport);
                browsers.add(browser);
                browser.send(RawRequest.head("GET / HTTP/1.1"));
                assertThat(browser.read().status()).isEqualTo(200);
            }

            String metrics = get("/metrics").content();

            assertThat(metrics).contains("toystore_http_sessions{state=\"queued\"} 0.0");
            for (RawClient browser : browsers.subList(0, 9 * THREADS)) { // those that have been idle for longest
                assertThat(browser.readAll())
                        .as("the rest of an evicted connection")
                        .isEmpty();
            }
        } finally {
            for (RawClient browser : browsers) {
                browser.close();
            }
        }
    }
}
