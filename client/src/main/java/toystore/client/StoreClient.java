package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import toystore.client.Latencies.Kind;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.client.http.Origin;
import toystore.common.json.JsonMappers;

/**
 * The HTTP API of a store, over one connection. Not thread-safe.
 *
 * <p>Queries, orders and look-ups are timed from the first byte sent to the last byte of the response. An {@link
 * IOException} has a message for a person; it also reports responses that no toy store sends.
 */
public final class StoreClient implements Closeable {
    private static final JsonMapper MAPPER = JsonMappers.builder().build();
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String PARAMETER = "product_name=";
    private static final Pattern SESSION_THREADS =
            Pattern.compile("^toystore_http_session_threads ([0-9]{1,9})(?:\\.0)?$", Pattern.MULTILINE);
    private static final String EXPECTS_HTTPS = "this port expects HTTPS"; // what a frontend says to plain HTTP
    private static final String HTTPS_HELP =
            "; give the store as https://…, with --cacert FILE if its certificate is" + " not of a public authority";
    private static final int OUT_OF_STOCK = 409;
    private static final int CREATED = 201;
    private static final int OK = 200;

    private final HttpConnection connection;
    private final Listener listener;

    /** A product on offer. */
    public record Toy(String name, BigDecimal price, int quantity) {}

    /** An order as the store has acknowledged it. */
    public record Receipt(long orderNumber, String name, int quantity, BigDecimal price, Instant time) {}

    private record Page(List<Toy> data, String next) {}

    /** Receives the latency of each request that succeeds or is sold out, on the thread that sends it. */
    interface Listener {
        void onResponse(Kind kind, long nanos);

        /** The connection was closed because it received data while no request was in progress. */
        void onUnsolicited();
    }

    private static final class NoListener implements Listener {
        @Override
        public void onResponse(Kind kind, long nanos) {}

        @Override
        public void onUnsolicited() {}
    }

    /** A request and its response. */
    interface Exchange {
        Response run() throws IOException;
    }

    /** A client that connects with its first request. */
    public StoreClient(Origin store) {
        this(store, Timeouts.DEFAULT, new NoListener());
    }

    StoreClient(Origin store, Timeouts timeouts, Listener listener) {
        this.connection = new HttpConnection(store, timeouts, listener::onUnsolicited);
        this.listener = listener;
    }

    /** All toys on offer. Not timed. */
    public List<Toy> toys() throws IOException {
        List<Toy> toys = new ArrayList<>();
        String next = "";
        do {
            Response response = connection.get("/products" + (next.isEmpty() ? "" : "?after=" + percentEncode(next)));
            Page page = read(expect(response, OK), Page.class);
            if (page.data() == null) {
                throw new IOException("the response is not a list of products; is this a toy store?");
            }
            for (Toy toy : page.data()) {
                if (toy == null || toy.name() == null || toy.price() == null) {
                    throw new IOException(
                            "the response lists a product without a name or a price; is this a toy store?");
                }
                toys.add(toy);
            }
            if (next.equals(page.next())) {
                throw new IOException("the list of products does not end after \"" + next + "\"; is this a toy store?");
            }
            next = page.next();
        } while (next != null);
        return toys;
    }

    /**
     * The number of connections that the store serves at once, from its metrics. With more clients it closes idle
     * connections. Not timed.
     *
     * @return empty if there is no such metric, for example because the server is not a Toy Store
     */
    public OptionalInt sessionThreads() {
        try {
            Response metrics = expect(connection.get("/metrics"), OK);
            Matcher threads = SESSION_THREADS.matcher(new String(metrics.body(), UTF_8));
            return threads.find() ? OptionalInt.of(Integer.parseInt(threads.group(1))) : OptionalInt.empty();
        } catch (IOException noMetrics) {
            return OptionalInt.empty();
        }
    }

    /** The request target of a toy. Its name is in the query if a path with that name means something else. */
    public static String target(String name) {
        boolean special = name.indexOf('/') >= 0 || name.equals(".") || name.equals("..") || name.startsWith(PARAMETER);
        return "/products" + (special ? "?" + PARAMETER : "/") + percentEncode(name);
    }

    /** Queries a toy. */
    public Toy query(String name) throws IOException {
        String target = target(name);
        return readData(expect(timed(Kind.QUERY, () -> connection.get(target)), OK), Toy.class);
    }

    /**
     * Orders units of a toy, once.
     *
     * @return empty if fewer units are left
     */
    public Optional<Receipt> buy(String name, int quantity) throws IOException {
        String form = orderForm(name, quantity);
        return receipt(timed(Kind.ORDER, () -> connection.post("/orders", form)));
    }

    /**
     * Orders units of a toy with an idempotency key, until there is a response. The latency counts from the first
     * attempt.
     *
     * @param key of this order only
     * @return empty if fewer units are left
     */
    Optional<Receipt> buy(String name, int quantity, String key, Resender resender) throws IOException {
        String form = orderForm(name, quantity);
        Map<String, String> fields = Map.of("Idempotency-Key", key);
        return receipt(
                measured(Kind.ORDER, () -> resender.send(() -> connection.send("POST", "/orders", fields, form))));
    }

    /** Looks up an order. */
    public Receipt lookUp(long orderNumber) throws IOException {
        Response response = timed(Kind.LOOK_UP, () -> connection.get("/orders/" + orderNumber));
        return readData(expect(response, OK), Receipt.class);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /** The body of an order. */
    public static String orderForm(String name, int quantity) {
        return MAPPER.createObjectNode()
                .put("name", name)
                .put("quantity", quantity)
                .toString();
    }

    /** The text as a path segment or as a value in a query. */
    public static String percentEncode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            if (UNRESERVED.indexOf(b) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", b));
            }
        }
        return encoded.toString();
    }

    /** Runs an exchange and records its latency, without the time to connect. */
    private Response timed(Kind kind, Exchange exchange) throws IOException {
        connection.open();
        return measured(kind, exchange);
    }

    private Response measured(Kind kind, Exchange exchange) throws IOException {
        long start = System.nanoTime();
        Response response = exchange.run();
        long nanos = System.nanoTime() - start;
        if (response.status() == OUT_OF_STOCK) {
            listener.onResponse(Kind.SOLD_OUT, nanos);
        } else if (response.status() < 300) {
            listener.onResponse(kind, nanos);
        }
        return response;
    }

    private static Optional<Receipt> receipt(Response response) throws IOException {
        return response.status() == OUT_OF_STOCK
                ? Optional.empty()
                : Optional.of(readData(expect(response, CREATED), Receipt.class));
    }

    private static Response expect(Response response, int status) throws IOException {
        if (response.status() != status) {
            String body = new String(response.body(), UTF_8).strip();
            throw new IOException("status " + response.status() + " instead of " + status + ": " + body
                    + (body.contains(EXPECTS_HTTPS) ? HTTPS_HELP : ""));
        }
        if (!response.isWhole()) {
            throw new IOException("the response has " + response.length() + " bytes; is this a toy store?");
        }
        return response;
    }

    private static <T> T readData(Response response, Class<T> type) throws IOException {
        try {
            JsonNode data = MAPPER.readTree(response.body()).get("data");
            if (data == null || data.isNull()) {
                throw new IOException("the response has no data");
            }
            return MAPPER.treeToValue(data, type);
        } catch (JacksonException e) {
            throw new IOException("the response is not understood: " + e.getOriginalMessage(), e);
        }
    }

    private static <T> T read(Response response, Class<T> type) throws IOException {
        try {
            return MAPPER.readValue(response.body(), type);
        } catch (JacksonException e) {
            throw new IOException("the response is not understood: " + e.getOriginalMessage(), e);
        }
    }
}
