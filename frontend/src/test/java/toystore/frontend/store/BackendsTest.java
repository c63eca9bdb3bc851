package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.store.TestFrontend.LONG;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.common.Address;
import toystore.frontend.http.TestTransport;
import toystore.testing.TimeSpans;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageServer;

/** Responses to shoppers when a backend hangs, dies and comes back. */
class BackendsTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Order ORDER = new Order(10, "Tux", 5, new BigDecimal("15.90"), TestFrontend.NOW);
    private static final TrafficStats NONE = new TrafficStats(0, 0, 0, 0);
    private static final String TUX = "/products/Tux";
    private static final String FIVE_TUX = "{\"name\":\"Tux\",\"quantity\":5}";

    private final AtomicInteger queries = new AtomicInteger(); // that the catalog has received
    private volatile CountDownLatch catalogHangs = new CountDownLatch(0); // set by the test, read by the service
    private volatile CountDownLatch ordersHangs = new CountDownLatch(0);
    private volatile boolean refusesStats; // of the catalog
    private volatile boolean answersStats; // although it hangs on all other requests
    private volatile String problem; // why orders accepts no orders

    private MessageServer<CatalogRequest<?>> catalog;
    private MessageServer<OrdersRequest<?>> orders;
    private Backend toCatalog;
    private Backend toOrders;
    private Backends backends;
    private TestFrontend frontend;

    @BeforeEach
    void start() throws IOException {
        catalog = new MessageServer<>("catalog", TestFrontend.ANY_PORT, CatalogRequest.class);
        catalog.start(this::catalog);
        orders = new MessageServer<>("orders", TestFrontend.ANY_PORT, OrdersRequest.class);
        orders.start(this::orders);
        serve(20, LONG, LONG);
    }

    private void serve(int connections, Duration catalogTimeout, Duration ordersTimeout) throws IOException {
        toCatalog = TestFrontend.backend(
                new MessageClient.Options("catalog", catalog.address(), connections, LONG, catalogTimeout),
                new CatalogRequest.Stats());
        toOrders = TestFrontend.backend(
                new MessageClient.Options("orders", orders.address(), connections, LONG, ordersTimeout),
                new OrdersRequest.Stats());
        backends = new Backends(toCatalog, toOrders);
        frontend = new TestFrontend(backends, TestTransport.PLAIN);
    }

    @AfterEach
    void stop() {
        stopFrontend();
        catalog.close();
        orders.close();
    }

    private void stopFrontend() {
        catalogHangs.countDown();
        ordersHangs.countDown();
        frontend.close();
        backends.close();
    }

    /** Sets the timeout of calls to the catalog. */
    private void waitForTheCatalogFor(Duration timeout) throws IOException {
        stopFrontend();
        serve(20, timeout, LONG);
    }

    private void letTheCatalogHang() throws IOException {
        waitForTheCatalogFor(SHORT);
        catalogHangs = new CountDownLatch(1);
    }

    @Test
    void waitsOnceForAServiceThatHangs() throws Exception {
        letTheCatalogHang();

        assertThat(message(frontend.get(TUX)))
                .isEqualTo("catalog at " + catalog.address() + " gave no reply in 100 ms");

        List<CompletableFuture<HttpResponse<String>>> shoppers =
                Stream.generate(() -> frontend.begin(TUX)).limit(10).toList();
        for (CompletableFuture<HttpResponse<String>> shopper : shoppers) {
            assertThat(message(shopper.join()))
                    .isEqualTo("catalog at " + catalog.address() + " gave no reply in 100 ms; down since"
                            + " 2026-01-02T03:04:05Z, the circuit is open until a probe succeeds");
            assertThat(shopper.join().headers().firstValue("Retry-After")).hasValue("1");
        }
        assertThat(queries).as("queries that the catalog has received").hasValue(1);
    }

    @Test
    void answersFromTheOtherServiceMeanwhile() throws Exception {
        letTheCatalogHang();
        assertThat(frontend.get(TUX).statusCode()).isEqualTo(503);

        assertThat(frontend.get("/orders/10").statusCode()).isEqualTo(200);
        assertThat(frontend.order(FIVE_TUX).statusCode()).isEqualTo(201);
        assertThat(toOrders.isOpen()).isFalse();
    }

    @Test
    void recoversWhenAServiceThatHungRepliesAgain() throws Exception {
        letTheCatalogHang();
        assertThat(frontend.get(TUX).statusCode()).isEqualTo(503);

        catalogHangs.countDown();

        await().untilAsserted(() -> assertThat(frontend.get(TUX).statusCode()).isEqualTo(200));
    }

    @Test
    void recoversWhenAServiceIsRestarted() throws Exception {
        Address address = catalog.address();
        assertThat(frontend.get(TUX).statusCode()).isEqualTo(200);
        catalog.close();
        assertThat(frontend.get(TUX).statusCode()).isEqualTo(503);
        await().untilAsserted(() -> assertThat(message(frontend.get(TUX)))
                .startsWith("catalog at " + address + " cannot be reached: the connection is refused; down since "));

        catalog = new MessageServer<>("catalog", address, CatalogRequest.class);
        catalog.start(this::catalog);

        await().untilAsserted(() -> assertThat(frontend.get(TUX).statusCode()).isEqualTo(200));
    }

    /** Like an orders service whose disk hangs: its health check needs no disk. */
    @Test
    void admitsOneCallBeforeOthersWhenAServiceRepliesToProbes() throws Exception {
        answersStats = true;
        TimeSpans.growing(Duration.ofMillis(400), timeout -> {
            waitForTheCatalogFor(timeout);
            queries.set(0);
            catalogHangs = new CountDownLatch(1);
            assertThat(frontend.get(TUX).statusCode()).isEqualTo(503);
            for (int trial = 2; trial <= 3; trial++) {
                await().until(() -> !toCatalog.isOpen());
                assertThat(frontend.get("/ready").statusCode()).isEqualTo(200);
                CompletableFuture<HttpResponse<String>> first = frontend.begin(TUX);
                int seen = trial;
                await().until(() -> toCatalog.isOpen() || queries.get() >= seen);
                List<CompletableFuture<HttpResponse<String>>> others =
                        Stream.generate(() -> frontend.begin(TUX)).limit(10).toList();

                assertThat(others).allMatch(other -> other.join().statusCode() == 503);
                assertThat(first.join().statusCode()).isEqualTo(503);
                assertThat(queries).as("queries that the catalog has received").hasValue(trial);
            }
            catalogHangs.countDown();

            await().untilAsserted(
                            () -> assertThat(frontend.get(TUX).statusCode()).isEqualTo(200));
        });
    }

    @Test
    void treatsARefusedProbeAsSuccess() throws Exception {
        refusesStats = true;
        letTheCatalogHang();
        assertThat(frontend.get(TUX).statusCode()).isEqualTo(503);

        catalogHangs.countDown();

        await().until(() -> !toCatalog.isOpen());
    }

    @Test
    void stillCallsAServiceAfterAConnectionBreaks() throws Exception {
        Address address = catalog.address();
        catalog.close();
        try (ServerSocket dying = listen(address)) {
            CompletableFuture<HttpResponse<String>> shopper = frontend.begin(TUX);
            try (Socket connection = dying.accept()) {
                line(connection);
            }
            assertThat(message(shopper.join())).contains("broke off");
        }
        assertThat(toCatalog.isOpen()).isFalse();

        catalog = new MessageServer<>("catalog", address, CatalogRequest.class);
        catalog.start(this::catalog);

        assertThat(frontend.get(TUX).statusCode()).isEqualTo(200);
    }

    @Test
    void stillCallsAServiceWhenAllConnectionsAreBusy() throws Exception {
        stopFrontend();
        serve(1, LONG, LONG);
        catalogHangs = new CountDownLatch(1);
        CompletableFuture<HttpResponse<String>> first = frontend.begin(TUX);
        await().until(() -> queries.get() == 1);

        assertThat(message(frontend.get(TUX)))
                .matches(
                        ".* was not called: too many calls are in progress \\(limit 1\\), the first one for [0-9]+ ms");

        assertThat(toCatalog.isOpen()).isFalse();
        catalogHangs.countDown();
        assertThat(first.join().statusCode()).isEqualTo(200);
    }

    @Test
    void stillCallsARestartedServiceWhenAnEarlierCallTimesOut() throws Exception {
        TimeSpans.growing(Duration.ofMillis(600), timeout -> {
            waitForTheCatalogFor(timeout);
            Address address = catalog.address();
            catalog.close();
            CompletableFuture<HttpResponse<String>> late;
            Socket silent;
            try (ServerSocket dying = listen(address)) {
                late = frontend.begin(TUX);
                silent = dying.accept();
            }
            try (silent) {
                String refused = message(frontend.get(TUX));
                catalog = new MessageServer<>("catalog", address, CatalogRequest.class);
                catalog.start(this::catalog);
                assertThat(refused).contains("the connection is refused");
                await().until(() -> !toCatalog.isOpen());
                assertThat(late).as("the earlier call").isNotDone();
                catalogHangs = new CountDownLatch(1); // so that a circuit that opens again stays open

                assertThat(message(late.join())).contains("gave no reply in " + timeout.toMillis() + " ms");

                assertThat(toCatalog.isOpen()).isFalse();
            }
        });
    }

    @Test
    void saysThatAnOrderWasNotPlacedWhenItWasNotEvenSent() throws Exception {
        stopFrontend();
        serve(20, LONG, SHORT);
        ordersHangs = new CountDownLatch(1);
        assertThat(frontend.order(FIVE_TUX).body())
                .contains("gave no reply in 100 ms; whether the order was placed is not known: send the order "
                        + "again with this")
                .contains("\"idempotency_key\":\"");

        HttpResponse<String> response = frontend.order(FIVE_TUX);

        assertThat(message(response))
                .startsWith("orders at " + orders.address() + " gave no reply in 100 ms; down since ")
                .endsWith("; the order was not placed by this request: send the order again with this Idempotency-Key");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(response.body()).contains("\"idempotency_key\":\"");
    }

    @Test
    void doesNotSayThatOfAnOrderThatWasSentOnce() throws Exception {
        Address address = orders.address();
        orders.close();
        CompletableFuture<HttpResponse<String>> shopper;
        Socket connection;
        try (ServerSocket dying = listen(address)) {
            shopper = CompletableFuture.supplyAsync(() -> {
                try {
                    return frontend.order(FIVE_TUX);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            connection = dying.accept();
        } // the second try cannot connect
        try (connection) {
            line(connection);
        }

        assertThat(message(shopper.join()))
                .contains("the connection is refused")
                .contains("whether the order was placed is not known");
    }

    @Test
    void isReadyWhenBothServicesCanServe() throws Exception {
        HttpResponse<String> response = frontend.get("/ready");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"data\":{\"status\":\"ready\"}}\n");
    }

    @Test
    void namesAllMissingServices() throws Exception {
        stopFrontend();
        serve(20, SHORT, SHORT);
        catalogHangs = new CountDownLatch(1);
        ordersHangs = new CountDownLatch(1);

        HttpResponse<String> response = frontend.get("/ready");

        assertThat(message(response))
                .isEqualTo("catalog at " + catalog.address() + " gave no reply in 100 ms; orders at " + orders.address()
                        + " gave no reply in 100 ms");
        assertThat(response.body()).endsWith("\",\"missing\":[\"catalog\",\"orders\"]}}\n");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(frontend.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void namesOrdersWhenItAcceptsNone() throws Exception {
        problem = "the reason";

        HttpResponse<String> response = frontend.get("/ready");

        assertThat(response.body())
                .isEqualTo("{\"error\":{\"code\":503,\"message\":\"no orders can be placed now: the reason\","
                        + "\"missing\":[\"orders\"]}}\n");
    }

    @Test
    void namesOnlyTheCatalogWhenOrdersMissesItToo() throws Exception {
        letTheCatalogHang();
        problem = "no catalog";

        HttpResponse<String> response = frontend.get("/ready");

        assertThat(message(response)).isEqualTo("catalog at " + catalog.address() + " gave no reply in 100 ms");
        assertThat(response.body()).endsWith("\",\"missing\":[\"catalog\"]}}\n");
    }

    @Test
    void countsCallsThatFailAtOnce() throws Exception {
        TimeSpans.growing(SHORT, timeout -> {
            waitForTheCatalogFor(timeout);
            assertThat(frontend.get(TUX).statusCode()).isEqualTo(200);
            frontend.get("/orders/11"); // not found, which is a reply too
            catalogHangs = new CountDownLatch(1);
            frontend.get(TUX);
            frontend.get(TUX);

            assertThat(backends.all()).extracting(Backend::name).containsExactly("catalog", "orders");
            assertThat(backends.all()).extracting(Backend::rejected).containsExactly(1L, 0L);
            assertThat(backends.all()).extracting(Backend::isOpen).containsExactly(true, false);
        });
    }

    private static ServerSocket listen(Address address) throws IOException {
        return new ServerSocket(address.port(), 10, InetAddress.getLoopbackAddress());
    }

    private static String line(Socket connection) throws IOException {
        return new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8)).readLine();
    }

    /** The message of a 503. */
    private static String message(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        return response.body().replaceFirst(".*\"message\":\"([^\"]*)\".*\n", "$1");
    }

    private Reply catalog(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Get get) {
            queries.incrementAndGet();
            pass(catalogHangs);
            return new Product(get.name(), new BigDecimal("15.90"), 100, 7);
        }
        if (!answersStats) {
            pass(catalogHangs);
        }
        if (refusesStats) {
            throw new RefusedException(Refusal.notReady("busy"));
        }
        return new CatalogStats(1, 2, 100, 0, 10, true, null, "e", 1, null, NONE);
    }

    private Reply orders(OrdersRequest<?> request) throws RefusedException {
        pass(ordersHangs);
        if (request instanceof OrdersRequest.Place) {
            return new PlaceReply(ORDER, 8);
        }
        if (request instanceof OrdersRequest.Get get) {
            if (get.orderNumber() == 10) {
                return ORDER;
            }
            throw new RefusedException(Refusal.unknownOrder());
        }
        return new OrdersStats(1, 10, problem == null, problem, "e", 1, 10L, 1000, null, NONE);
    }

    private static void pass(CountDownLatch hangs) throws RefusedException {
        try {
            hangs.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Refusal.fault("interrupted"));
        }
    }
}
