package toystore.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.common.Address;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.Deadlines;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageServer;

/** A service that hangs never holds all threads of the frontend. */
class BulkheadTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final TrafficStats NONE = new TrafficStats(0, 0, 0, 0);
    private static final int THREADS = 5;
    /** In place of a status: waiting connections are evicted for others. */
    private static final int CLOSED = 0;

    private final CompletableFuture<PlaceReply> decision = new CompletableFuture<>(); // on all orders
    private final AtomicInteger posts = new AtomicInteger();
    private final HttpClient http = HttpClient.newHttpClient();
    private MessageServer<CatalogRequest<?>> catalog;
    private MessageServer<OrdersRequest<?>> orders;
    private Frontend frontend;

    @BeforeEach
    void start() throws IOException {
        catalog = new MessageServer<>("catalog", ANY_PORT, CatalogRequest.class);
        catalog.start(BulkheadTest::catalog);
        orders = new MessageServer<>("orders", ANY_PORT, OrdersRequest.class);
        orders.start(this::orders);
        frontend = Frontend.start(new FrontendConfig(
                ANY_PORT,
                catalog.address(),
                orders.address(),
                SessionThreads.platform(THREADS),
                1000,
                Deadlines.DEFAULT,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                AddressLimits.none()));
    }

    @AfterEach
    void stop() {
        decision.completeExceptionally(new RefusedException(Refusal.notReady("the test is over")));
        frontend.close();
        catalog.close();
        orders.close();
    }

    @Test
    void answersQueriesWhileAllOrdersHang() throws Exception {
        List<CompletableFuture<Integer>> shoppers =
                Stream.generate(this::order).limit(4 * THREADS).toList();
        await().until(() -> posts.get() == THREADS - 1);

        await().ignoreExceptions() // its connection may be evicted too
                .until(
                        () -> http.send(request("/products/Tux").build(), BodyHandlers.ofString())
                                .statusCode(),
                        status -> status == 200);

        assertThat(posts).as("orders that hang").hasValue(THREADS - 1);
        assertThat(decision).isNotDone();
        decision.completeExceptionally(new RefusedException(Refusal.outOfStock(1, 0)));
        List<Integer> answers = shoppers.stream().map(CompletableFuture::join).toList();
        assertThat(answers).isSubsetOf(409, 503, CLOSED).contains(409);
    }

    /** The status of the response. */
    private CompletableFuture<Integer> order() {
        HttpRequest.Builder post = request("/orders")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":1}"));
        return http.sendAsync(post.build(), BodyHandlers.ofString())
                .handle((response, closed) -> response == null ? CLOSED : response.statusCode());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + frontend.address() + path))
                .version(HttpClient.Version.HTTP_1_1);
    }

    private static Reply catalog(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Get get) {
            return new Product(get.name(), new BigDecimal("15.90"), 100, 7);
        }
        return new CatalogStats(1, 2, 100, 0, 10, true, null, "e", 1, null, NONE);
    }

    private Reply orders(OrdersRequest<?> request) {
        if (request instanceof OrdersRequest.Place) {
            posts.incrementAndGet();
            return new DeferredReply(decision);
        }
        return new OrdersStats(1, 10, true, null, "e", 1, 10L, 1000, null, NONE);
    }
}
