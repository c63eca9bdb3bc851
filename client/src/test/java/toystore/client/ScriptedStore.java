package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import toystore.client.http.Origin;
import toystore.common.Address;

/** A store that places an order with a key once, and fails as a test says. */
final class ScriptedStore implements AutoCloseable {
    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // otherwise each response takes 40 ms
    }

    /** The fate of an order that is sent. */
    enum Fate {
        UNAVAILABLE,
        SOLD_OUT,
        LOST,
        PLACED_AND_LOST,
        NO_RESPONSE
    }

    /** Orders that were placed, as JSON. */
    final List<String> orders = new CopyOnWriteArrayList<>();

    /** The key of every order that was sent; empty if it had none. */
    final List<String> keysSent = new CopyOnWriteArrayList<>();

    /** The fates of the next orders; later ones are placed. */
    final Queue<Fate> fates = new ConcurrentLinkedQueue<>();

    volatile String list = "{\"data\":[{\"name\":\"Rubber Duck\",\"price\":3.49,\"quantity\":100}],\"next\":null}";
    volatile String metrics; // null for none
    volatile int stock = 100;
    volatile String lookedUpQuantity; // null for the ordered one
    volatile int listStatus = 200;
    volatile int productStatus = 200;
    volatile int lookUpStatus = 200;
    volatile Runnable onOrder = () -> {};
    volatile Runnable onLookUp = () -> {};

    private final Map<String, Integer> numbers = new HashMap<>(); // of orders with a key, guarded by this
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    ScriptedStore() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/products", exchange -> respond(exchange, listStatus, list));
        server.createContext(
                "/products/Rubber Duck",
                exchange -> respond(
                        exchange,
                        productStatus,
                        "{\"data\":{\"name\":\"Rubber Duck\",\"price\":3.49,\"quantity\":" + stock + "}}"));
        server.createContext("/orders", this::order);
        server.createContext("/metrics", exchange -> respond(exchange, metrics == null ? 404 : 200, metrics + "\n"));
        server.start();
    }

    Origin origin() {
        return Origin.http(new Address("127.0.0.1", server.getAddress().getPort()));
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void order(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            lookUp(exchange);
            return;
        }
        String order = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        keysSent.add(key == null ? "" : key);
        Fate fate = fates.poll();
        onOrder.run();
        if (fate == null) {
            respond(exchange, 201, receipt(place(key, order), order));
            return;
        }
        switch (fate) {
            case UNAVAILABLE -> respond(exchange, 503, "{\"error\":{\"code\":503,\"message\":\"closed\"}}");
            case SOLD_OUT -> respond(exchange, 409, "{\"error\":{\"code\":409,\"message\":\"out of stock\"}}");
            case LOST -> exchange.close();
            case PLACED_AND_LOST -> {
                place(key, order);
                exchange.close();
            }
            case NO_RESPONSE -> awaitClosing();
        }
    }

    private synchronized int place(String key, String order) {
        if (key != null && numbers.containsKey(key)) {
            return numbers.get(key);
        }
        orders.add(order);
        if (key != null) {
            numbers.put(key, orders.size());
        }
        return orders.size();
    }

    private void lookUp(HttpExchange exchange) throws IOException {
        onLookUp.run();
        int number = Integer.parseInt(exchange.getRequestURI().getPath().replaceFirst(".*/", ""));
        String order = orders.get(number - 1);
        String found = lookedUpQuantity == null ? order : order.replaceFirst("[1-5]}", lookedUpQuantity + "}");
        respond(exchange, lookUpStatus, receipt(number, found));
    }

    private void awaitClosing() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String receipt(int number, String order) {
        return "{\"data\":{\"order_number\":" + number + ",\"price\":3.49,\"time\":\"2026-01-02T03:04:05.678Z\","
                + order.substring(1) + "}";
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** A command line for this store. */
    String[] arguments(String... arguments) {
        List<String> all = new ArrayList<>(List.of(origin().toString()));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--warmup", "0s"));
        return all.toArray(String[]::new);
    }
}
