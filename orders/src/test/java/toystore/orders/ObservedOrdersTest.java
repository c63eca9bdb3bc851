package toystore.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.log.Trace;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;

/** The traces that orders passes on, and its metrics. */
class ObservedOrdersTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path data;

    private FakeCatalog catalog;
    private OrdersService service;
    private MessageClient client;

    @BeforeEach
    void start() throws IOException {
        catalog = new FakeCatalog(ANY_PORT);
        var config = new OrdersConfig(ANY_PORT, data, catalog.address(), 1000, Optional.of(ANY_PORT));
        service = OrdersService.start(config, TestOverrides.NONE, failure -> {
            throw new AssertionError(failure);
        });
        client = new MessageClient(
                new MessageClient.Options("orders", service.address(), 4, TestOverrides.LONG, TestOverrides.LONG));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        service.close();
        catalog.close();
    }

    @Test
    void passesTheTraceOfAnOrderOnToTheCatalog() throws Exception {
        List<String> traces = new CopyOnWriteArrayList<>();
        catalog.onReserve(request -> traces.add(String.valueOf(Trace.current())));

        Trace trace = Trace.begin("shopper-7");
        try (trace) {
            client.call(new OrdersRequest.Place("Tux", 1));
        }
        client.call(new OrdersRequest.Place("Tux", 1));

        assertThat(traces).containsExactly("shopper-7", "null");
    }

    @Test
    void passesTheTraceOnWhenItReservesAgain() throws Exception {
        List<String> traces = new CopyOnWriteArrayList<>();
        catalog.onReserve(request -> {
            traces.add(String.valueOf(Trace.current()));
            return traces.size() > 1; // the first time, the epoch is stale
        });

        Trace trace = Trace.begin("shopper-7");
        try (trace) {
            client.call(new OrdersRequest.Place("Tux", 1, "key"));
        }

        assertThat(traces).containsExactly("shopper-7", "shopper-7");
    }

    @Test
    void logsThePhasesOfAnOrderAndThatTheCatalogHasAppliedIt() throws Exception {
        AtomicInteger reserved = new AtomicInteger();
        catalog.onReserve(request -> reserved.incrementAndGet() > 1); // the first time, the epoch is stale
        Set<String> lines = ConcurrentHashMap.newKeySet();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(Trace.current() + " " + event.getFormattedMessage().replaceAll("[0-9]+[.][0-9]{3}", "N"));
            }
        };
        appender.start();
        Logger messages = (Logger) LoggerFactory.getLogger("messages");
        messages.addAppender(appender);
        try {
            Trace trace = Trace.begin("shopper-7");
            try (trace) {
                client.call(new OrdersRequest.Place("Tux", 1, "key"));
                client.call(new OrdersRequest.Place("Tux", 1, "key"));
            }
            client.call(new OrdersRequest.Place("Tux", 1));

            await().untilAsserted(() -> assertThat(lines)
                    .filteredOn(line -> line.contains(" place ") || line.contains(" apply "))
                    .containsExactlyInAnyOrder(
                            "shopper-7 place 1: check N, epoch N, reserve N, retry N, epoch N, reserve N, queue N,"
                                    + " write N, reply N in N ms",
                            "shopper-7 place 1: check N, reply N in N ms",
                            "shopper-7 apply 1 in N ms"));
        } finally {
            messages.detachAppender(appender);
        }
    }

    @Test
    void exportsOrdersMessagesAndCallsToTheCatalog() throws Exception {
        client.call(new OrdersRequest.Place("Tux", 1));
        client.call(new OrdersRequest.Place("Tux", 1));
        assertThatThrownBy(() -> client.call(new OrdersRequest.Place("Sold Out", 1)))
                .isInstanceOf(RefusedException.class);

        await().untilAsserted(() -> assertThat(scrape())
                .contains(
                        "# TYPE toystore_orders_total counter",
                        "toystore_orders_total 2.0",
                        "toystore_orders_ready 1.0",
                        "toystore_orders_epochs_total 1.0",
                        "toystore_orders_applied 2.0",
                        "toystore_orders_log_bytes " + size() + ".0",
                        "toystore_orders_recovery_orders 0.0",
                        "toystore_orders_recovery_torn_bytes 0.0",
                        "toystore_open_connections 1.0",
                        "toystore_messages_total{code=\"1\",type=\"place\"} 2.0",
                        "toystore_messages_total{code=\"404\",type=\"place\"} 1.0",
                        "toystore_message_duration_seconds_count{type=\"place\"} 3",
                        "toystore_calls_total{backend=\"catalog\",code=\"1\",type=\"reserve\"} 2.0",
                        "toystore_calls_total{backend=\"catalog\",code=\"404\",type=\"reserve\"} 1.0",
                        "toystore_calls_total{backend=\"catalog\",code=\"1\",type=\"open\"} 1.0",
                        "toystore_call_duration_seconds_count{backend=\"catalog\",type=\"reserve\"} 3"));
    }

    @Test
    void exportsThatTheCatalogDoesNotReply() throws Exception {
        await().untilAsserted(() -> assertThat(scrape()).contains("toystore_orders_ready 1.0"));

        catalog.close();

        await().untilAsserted(() -> assertThat(scrape())
                .contains("toystore_orders_ready 0.0")
                .anyMatch(line ->
                        line.startsWith("toystore_calls_total{backend=\"catalog\",code=\"none\",type=\"position\"} ")));
    }

    private int size() throws IOException {
        return Files.readString(data.resolve("orders-00000000000000000001.log"))
                        .stripTrailing()
                        .length()
                + 1;
    }

    private List<String> scrape() throws IOException, InterruptedException {
        URI uri = URI.create("http://" + service.metrics().orElseThrow() + "/metrics");
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .toList();
    }
}
