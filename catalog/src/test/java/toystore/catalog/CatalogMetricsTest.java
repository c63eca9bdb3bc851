package toystore.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.Address;
import toystore.durable.testing.UnforcedStorage;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;

/** The metrics of the catalog, over a real socket. */
class CatalogMetricsTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final Duration LONG = Duration.ofHours(1);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path data;

    @Test
    void reportsItsStockAndItsMessages() throws Exception {
        try (CatalogService service = start(Optional.of(ANY_PORT));
                MessageClient client = client(service)) {
            assertThat(scrape(service)).contains("toystore_catalog_ready 0.0", "toystore_catalog_units 5000.0");

            String epoch = client.call(new CatalogRequest.Open("log", 1, 0, "digest-0"))
                    .epoch();
            client.call(new CatalogRequest.Apply(epoch, List.of(new CommittedOrder(1, "Tux", 5, "r0", "digest-1"))));
            client.call(new CatalogRequest.Activate(epoch, 1));
            client.call(new CatalogRequest.Reserve("Tux", 2, epoch, "r1"));
            client.call(new CatalogRequest.Reserve("Fox", 3, epoch, "r2"));
            assertThatThrownBy(() -> client.call(new CatalogRequest.Get("Nux"))).isInstanceOf(RefusedException.class);

            await().untilAsserted(() -> assertThat(scrape(service)) // the last message is counted after its reply
                    .contains(
                            "toystore_catalog_products 50.0",
                            "toystore_catalog_units 4990.0",
                            "toystore_catalog_reservations 2.0",
                            "toystore_catalog_orders_applied 1.0",
                            "toystore_catalog_ready 1.0",
                            "toystore_catalog_epochs_total 1.0",
                            "toystore_open_connections 1.0",
                            "toystore_messages_total{code=\"1\",type=\"reserve\"} 2.0",
                            "toystore_messages_total{code=\"404\",type=\"get\"} 1.0",
                            "toystore_message_duration_seconds_count{type=\"reserve\"} 2"));
        }
    }

    @Test
    void refusesAMetricsPortThatIsTakenAndUnlocksItsFolder() throws Exception {
        try (CatalogService first = start(Optional.of(ANY_PORT))) {
            Address taken = first.metrics().orElseThrow();
            Path folder = data.resolve("second");

            assertThatThrownBy(() -> start(folder, Optional.of(taken)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on " + taken + ": the port is taken by another process");

            start(folder, Optional.empty()).close();
        }
    }

    private static MessageClient client(CatalogService service) {
        return new MessageClient(new MessageClient.Options("catalog", service.address(), 1, LONG, LONG));
    }

    private CatalogService start(Optional<Address> metrics) throws IOException {
        return start(data.resolve("first"), metrics);
    }

    private static CatalogService start(Path folder, Optional<Address> metrics) throws IOException {
        var rarely = new Checkpointer.Schedule(1_000_000, LONG);
        var config = new CatalogConfig(ANY_PORT, folder, 2, rarely, Optional.empty(), metrics);
        return CatalogService.start(config, new UnforcedStorage(), failure -> {
            throw new AssertionError(failure);
        });
    }

    private List<String> scrape(CatalogService service) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + service.metrics().orElseThrow() + "/metrics");
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .toList();
    }
}
