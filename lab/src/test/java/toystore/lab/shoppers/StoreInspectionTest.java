package toystore.lab.shoppers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.store.LabCatalog;

/** Orders that may exist or not, at a frontend whose responses are prescribed. */
class StoreInspectionTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final KeyedOrder ORDER = new KeyedOrder("shopper-1-7", "Tux", 2);

    private final Deque<Integer> statuses = new ArrayDeque<>(); // of orders; the last one stays
    private HttpServer frontend;
    private LabRun run;
    private StoreInspection inspection;

    @BeforeEach
    void start() throws IOException {
        frontend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        frontend.createContext("/", this::handle);
        frontend.start();
        run = new LabRun(
                Origin.http(new Address("127.0.0.1", frontend.getAddress().getPort())));
        inspection = new StoreInspection(null, run.frontend(), run); // the store's own services are not asked
        run.acknowledged().addUnresolved(ORDER);
    }

    @AfterEach
    void stop() {
        frontend.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        int status = exchange.getRequestMethod().equals("PUT")
                ? 200
                : statuses.size() > 1 ? statuses.remove() : statuses.element();
        byte[] content = (status == 201
                        ? "{\"data\":{\"order_number\":9,\"name\":\"Tux\",\"quantity\":2,\"price\":15.99,"
                                + "\"total\":31.98,\"time\":\"2026-11-28T23:00:00.000Z\"}}"
                        : "{}")
                .getBytes(UTF_8);
        exchange.sendResponseHeaders(status, content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    @Test
    void placesAnOrderThatWasGivenUpAndRestocksForIt() throws Exception {
        statuses.addAll(List.of(503, 409, 201));

        assertThat(inspection.resolveOrders(LONG)).isEmpty();

        assertThat(run.acknowledged().contains(9)).isTrue();
        assertThat(run.acknowledged().pollUnresolved()).isEmpty();
        assertThat(run.acknowledged().restocked("Tux")).isEqualTo(LabCatalog.RESTOCK_UNITS);
        assertThat(run.violations().lines()).isEmpty();
    }

    @Test
    void keepsAnOrderThatCannotBePlacedNow() throws Exception {
        statuses.add(503);

        assertThat(inspection.resolveOrders(Duration.ZERO)).contains(ORDER);
        assertThat(run.violations().lines()).isEmpty();
        statuses.add(201);
        assertThat(inspection.resolveOrders(LONG)).isEmpty();
        assertThat(run.acknowledged().contains(9)).isTrue();
    }
}
