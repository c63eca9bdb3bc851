package toystore.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.Network;
import toystore.common.log.Trace;
import toystore.frontend.http.OverEveryTransport;
import toystore.frontend.http.TestTransport;
import toystore.frontend.http.TrustedProxies;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.Deadlines;

/** The access log and the metrics of a frontend. Its backends are down. */
@OverEveryTransport
class FrontendTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final List<String> traces = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            traces.add(Trace.current());
            super.append(event);
        }
    };
    private final Logger access = (Logger) LoggerFactory.getLogger("access");
    private final Socket silent = new Socket(); // holds a port on which no service listens
    private final TestTransport transport;
    private Frontend frontend;

    @TempDir
    private Path folder;

    FrontendTest(TestTransport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws Exception {
        lines.start();
        access.addAppender(lines);
        silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Address nobody = new Address("127.0.0.1", silent.getLocalPort());
        frontend = Frontend.start(new FrontendConfig(
                new Address("127.0.0.1", 0),
                nobody,
                nobody,
                SessionThreads.platform(20), // more than are used at once, so that no session is evicted
                10,
                new Deadlines(LONG, LONG, LONG, LONG, LONG, LONG),
                10,
                transport.isTls() ? Optional.of(certificate()) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new AddressLimits(new TrustedProxies(List.of(Network.parse("127.0.0.7"))), 5, 20)));
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
        access.detachAppender(lines);
    }

    @Test
    void logsOneLineForEachRequestWithItsId() throws Exception {
        exchange("GET /health HTTP/1.0\r\nX-Request-Id: mine\r\n\r\n");
        exchange("GET /products/Tux?a=%0d%0aforged HTTP/1.0\r\n\r\n");
        exchange("HEAD /health HTTP/1.0\r\n\r\n");
        exchange("\u0016\u0003\u0001");

        assertThat(lines.list)
                .extracting(line -> line.getFormattedMessage().replaceAll("[0-9]+[.][0-9]{3} ms$", "T ms"))
                .containsExactly(
                        "GET /health 200 28 bytes to 127.0.0.1 in T ms",
                        "GET /products/Tux?a=%0d%0aforged 400 101 bytes to 127.0.0.1 in T ms",
                        "HEAD /health 200 0 bytes to 127.0.0.1 in T ms",
                        "- - 400 96 bytes to 127.0.0.1 in T ms");
        assertThat(traces).hasSize(4).startsWith("mine").allMatch(Trace::isValid);
    }

    @Test
    void logsTheAddressThatATrustedProxySays() throws Exception {
        String request = "GET /health HTTP/1.0\r\nX-Forwarded-For: 192.0.2.1, 2001:db8::7\r\n\r\n";
        exchange(request);
        exchangeFrom("127.0.0.7", request);
        exchangeFrom("127.0.0.7", "GET /health HTTP/1.0\r\n\r\n");
        exchangeFrom("127.0.0.7", "nonsense\r\n");

        assertThat(lines.list)
                .extracting(line -> line.getFormattedMessage().replaceAll(".*bytes (.*) in .*", "$1"))
                .containsExactly("to 127.0.0.1", "to 2001:db8::7", "to 127.0.0.7", "to 127.0.0.7");
    }

    @Test
    void logsThePhasesOfAnOrder() throws Exception {
        String order = "{\"name\":\"Tux\",\"quantity\":5}";
        exchange("POST /orders HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: " + order.length()
                + "\r\n\r\n" + order);

        assertThat(lines.list)
                .extracting(line -> line.getFormattedMessage().replaceAll("[0-9]+([.][0-9]{3}(?![.])| bytes)", "N"))
                .containsExactly("POST /orders 503 N to 127.0.0.1: parse N, orders N, reply N in N ms");
    }

    /** The default health checks of load balancers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "204|OPTIONS / HTTP/1.0",
                "204|OPTIONS * HTTP/1.0",
                "200|HEAD / HTTP/1.0",
                "200|GET / HTTP/1.0",
                "200|GET / HTTP/1.1;Host: 127.0.0.1:8080;Connection: close;User-Agent: "
                        + "ELB-HealthChecker/2.0;Accept-Encoding: gzip, compressed",
                "200|GET / HTTP/1.1;Host: 127.0.0.1;Connection: close;User-Agent: GoogleHC/1.0",
                "204|OPTIONS * HTTP/1.1;Host: 127.0.0.1:8080;Connection: close",
                "404|OPTIONS /no/such/path HTTP/1.0",
            })
    void answersTheHealthChecksOfLoadBalancers(int status, String request) throws Exception {
        assertThat(exchange(request.replace(";", "\r\n") + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void abbreviatesALongTargetInTheLog() throws Exception {
        exchange("GET /" + "x".repeat(5000) + " HTTP/1.0\r\n\r\n");

        assertThat(lines.list.get(0).getFormattedMessage())
                .startsWith("GET /xxx")
                .contains("x… 404")
                .hasSizeLessThan(600);
    }

    @Test
    void logsNothingWhenTheAccessLogIsOff() throws Exception {
        access.setLevel(Level.OFF);
        try {
            exchange("GET /health HTTP/1.0\r\n\r\n");
        } finally {
            access.setLevel(Level.INFO);
        }

        assertThat(lines.list).isEmpty();
    }

    @Test
    void countsRequestsSessionsAndCallsInMetrics() throws Exception {
        exchange("GET /health HTTP/1.0\r\n\r\n");
        exchange("GET /products/Tux HTTP/1.0\r\n\r\n");
        exchange("GET /products/Tux HTTP/1.0\r\n\r\n");
        exchange("BREW /coffee HTTP/1.0\r\n\r\n");
        exchange("nonsense\r\n");
        try (Socket idle = connect()) {
            await().until(() -> scrape().contains("toystore_http_sessions{state=\"idle\"} 1.0"));
            assertThat(idle.isConnected()).isTrue();
        }

        assertThat(scrape())
                .contains(
                        "toystore_http_requests_total{method=\"GET\",route=\"/health\",status=\"200\"} 1.0",
                        "toystore_http_requests_total{method=\"GET\",route=\"/products/{name}\",status=\"503\"} 2.0",
                        "toystore_http_requests_total{method=\"other\",route=\"none\",status=\"501\"} 1.0",
                        "toystore_http_requests_total{method=\"other\",route=\"none\",status=\"400\"} 1.0",
                        "toystore_http_request_duration_seconds_count{route=\"/health\"} 1",
                        "toystore_http_sessions{state=\"busy\"} 1.0",
                        "toystore_http_sessions{state=\"queued\"} 0.0",
                        "toystore_http_session_threads 20.0",
                        "toystore_http_sessions_evicted_total 0.0",
                        "toystore_http_sessions_timed_out_total 0.0",
                        "toystore_http_sessions_refused_total 0.0",
                        "toystore_http_shares_refused_total 0.0",
                        "toystore_admin_wrong_tokens_total 0.0",
                        "toystore_admin_slowed_down_total 0.0",
                        "toystore_calls_total{backend=\"catalog\",code=\"none\",type=\"get\"} 1.0",
                        "toystore_circuit_open{backend=\"catalog\"} 1.0",
                        "toystore_circuit_open{backend=\"orders\"} 0.0",
                        "toystore_circuit_rejected_total{backend=\"catalog\"} 1.0",
                        "process_resident_memory_bytes",
                        "jvm_threads_current");
    }

    @Test
    void servesMetricsInPrometheusTextFormat() throws Exception {
        List<String> response =
                exchange("GET /metrics HTTP/1.0\r\n\r\n").lines().toList();

        assertThat(response).contains("Content-Type: text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.subList(response.indexOf("") + 1, response.size()))
                .isNotEmpty()
                .allMatch(line -> line.matches("# (HELP|TYPE) .*|[a-z_]+([{].*[}])? [-+.0-9eEInfNa]+"));
    }

    private String scrape() throws IOException {
        return exchange("GET /metrics HTTP/1.0\r\n\r\n");
    }

    private Socket connect() throws IOException {
        return transport.connect(frontend.address());
    }

    private String exchange(String request) throws IOException {
        return exchangeFrom("127.0.0.1", request);
    }

    private String exchangeFrom(String address, String request) throws IOException {
        try (Socket peer = transport.connectFrom(address, frontend.address())) {
            peer.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(peer.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
