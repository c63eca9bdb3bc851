package toystore.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toystore.common.Address;
import toystore.wire.net.MessageObserver;

class MonitorTest {
    private static final Optional<Address> ANY_PORT = Optional.of(new Address("127.0.0.1", 0));

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void servesCountersAndSamples() throws Exception {
        try (Monitor monitor = Monitor.open("test", ANY_PORT)) {
            monitor.start(() -> List.of(
                    new MetricSample("toystore_test_ready", "Whether it is.", true),
                    new MetricSample("toystore_test_made_total", "How many.", 7)));
            monitor.messages().observe("get", 1, 200_000);
            monitor.messages().observe("get", 1, 3_000_000);
            monitor.messages().observe("get", 404, 1);
            monitor.calls("catalog").observe("post", 1, 40_000_000);
            monitor.calls("catalog").observe("post", MessageObserver.NO_REPLY, 1);

            HttpResponse<String> answer = get(monitor, "/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body().lines())
                    .contains(
                            "# HELP toystore_test_ready Whether it is.",
                            "# TYPE toystore_test_ready gauge",
                            "toystore_test_ready 1.0",
                            "# TYPE toystore_test_made_total counter",
                            "toystore_test_made_total 7.0",
                            "# TYPE toystore_messages_total counter",
                            "toystore_messages_total{code=\"1\",type=\"get\"} 2.0",
                            "toystore_messages_total{code=\"404\",type=\"get\"} 1.0",
                            "# TYPE toystore_message_duration_seconds histogram",
                            "toystore_message_duration_seconds_bucket{type=\"get\",le=\"2.5E-4\"} 2",
                            "toystore_message_duration_seconds_bucket{type=\"get\",le=\"+Inf\"} 3",
                            "toystore_message_duration_seconds_count{type=\"get\"} 3",
                            "toystore_calls_total{backend=\"catalog\",code=\"1\",type=\"post\"} 1.0",
                            "toystore_calls_total{backend=\"catalog\",code=\"none\",type=\"post\"} 1.0",
                            "toystore_call_duration_seconds_count{backend=\"catalog\",type=\"post\"} 2")
                    .anyMatch(line -> line.startsWith("process_cpu_seconds_total "))
                    .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "));
        }
    }

    @Test
    void keepsTheMetricsOfServicesInOneJvmApart() {
        Metrics one = new Metrics();
        Metrics other = new Metrics();

        one.messages().observe("get", 1, 1);

        assertThat(new String(one.text(), UTF_8)).contains("toystore_messages_total{");
        assertThat(new String(other.text(), UTF_8)).doesNotContain("toystore_messages_total{");
    }

    @Test
    void servesNoOtherPathAndNoOtherMethod() throws Exception {
        try (Monitor monitor = Monitor.open("test", ANY_PORT)) {
            monitor.start(List::of);

            assertThat(get(monitor, "/").statusCode()).isEqualTo(404);
            assertThat(get(monitor, "/metrics/more").statusCode()).isEqualTo(404);
            HttpResponse<String> post = http.send(
                    HttpRequest.newBuilder(uri(monitor, "/metrics"))
                            .POST(BodyPublishers.ofString("x"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(post.statusCode()).isEqualTo(405);
            assertThat(post.headers().firstValue("Allow")).hasValue("GET");
        }
    }

    @Test
    void failsIfItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Address address = new Address("127.0.0.1", taken.getLocalPort());

            assertThatThrownBy(() -> Monitor.open("test", Optional.of(address)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on " + address + ": the port is taken by another process");
        }
    }

    @Test
    void releasesItsPortWhetherItWasStartedOrNot() throws Exception {
        Monitor first = Monitor.open("test", ANY_PORT);
        Optional<Address> address = first.address();
        first.close();
        first.close();

        Monitor second = Monitor.open("test", address);
        second.start(List::of);
        assertThat(get(second, "/metrics").statusCode()).isEqualTo(200);
        second.close();

        Monitor.open("test", address).close();
    }

    @Test
    void doesNothingWithoutAPort() throws Exception {
        try (Monitor monitor = Monitor.open("test", Optional.empty())) {
            monitor.start(() -> {
                throw new AssertionError("no scrape");
            });

            assertThat(monitor.address()).isEmpty();
            assertThat(monitor.messages()).isSameAs(MessageObserver.NONE);
            assertThat(monitor.calls("catalog")).isSameAs(MessageObserver.NONE);
        }
    }

    private HttpResponse<String> get(Monitor monitor, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(monitor, path)).build(), BodyHandlers.ofString());
    }

    private static URI uri(Monitor monitor, String path) {
        return URI.create("http://" + monitor.address().orElseThrow() + path);
    }
}
