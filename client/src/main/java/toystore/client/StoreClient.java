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
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Answer;
import toystore.client.http.HttpConnection.Patience;
import toystore.common.Address;
import toystore.common.json.JsonMappers;

/**
 * A store as a shopper sees it, over one connection. Queries, orders and look-ups are timed, from the first byte sent
 * to the last byte of the answer. For one thread. What the store cannot do, and what it says that no toy store would
 * say, is an {@link IOException} with a message for a person.
 */
public final class StoreClient implements Closeable {
    private static final JsonMapper MAPPER = JsonMappers.builder().build();
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String PARAMETER = "product_name=";
    private static final Pattern SESSION_THREADS =
            Pattern.compile("^toystore_http_session_threads ([0-9]{1,9})(?:\\.0)?$", Pattern.MULTILINE);
    private static final int OUT_OF_STOCK = 409;
    private static final int CREATED = 201;
    private static final int OK = 200;

    private final HttpConnection connection;
    private final LatencyRecorder latencies;

    /** A product on offer. */
    public record Toy(String name, BigDecimal price, int quantity) {}

    /** An order as the store acknowledged it. */
    public record Receipt(long orderNumber, String name, int quantity, BigDecimal price, Instant time) {}

    private record Page(List<Toy> data, String next) {}

    /**
     * A client that connects when it must.
     *
     * @param latencies takes how long each request took that was answered with success or with sold out
     */
    public StoreClient(Address store, LatencyRecorder latencies) {
        this(store, Patience.USUAL, latencies);
    }

    StoreClient(Address store, Patience patience, LatencyRecorder latencies) {
        this.connection = new HttpConnection(store, patience, latencies::unsolicited);
        this.latencies = latencies;
    }

    /** Connects, so that the first request is not slower for it. */
    public void open() throws IOException {
        connection.open();
    }

    /** All toys on offer. Not timed. */
    public List<Toy> toys() throws IOException {
        List<Toy> toys = new ArrayList<>();
        String next = "";
        do {
            Answer answer = connection.get("/products" + (next.isEmpty() ? "" : "?after=" + percentEncode(next)));
            Page page = read(expect(answer, OK), Page.class);
            if (page.data() == null) {
                throw new IOException("the answer is no list of products; is this a toy store?");
            }
            for (Toy toy : page.data()) {
                if (toy == null || toy.name() == null || toy.price() == null) {
                    throw new IOException("the answer lists a product that has no name or price; is this a toy store?");
                }
                toys.add(toy);
            }
            if (next.equals(page.next())) {
                throw new IOException(
                        "the list of products goes on for ever after \"" + next + "\"; is this a toy store?");
            }
            next = page.next();
        } while (next != null);
        return toys;
    }

    /**
     * How many connections the store serves at once, as its metrics tell; with more clients it closes idle ones. Not timed.
     *
     * @return empty if they tell nothing of it, because something else than a Toy Store shows them, say
     */
    public OptionalInt sessionThreads() {
        try {
            Matcher threads = SESSION_THREADS.matcher(
                    new String(expect(connection.get("/metrics"), OK).body(), UTF_8));
            return threads.find() ? OptionalInt.of(Integer.parseInt(threads.group(1))) : OptionalInt.empty();
        } catch (IOException noMetrics) {
            return OptionalInt.empty();
        }
    }

    /** Where a toy is: in the path, or in the query if the path means something else by such a name. */
    public static String target(String name) {
        boolean special = name.indexOf('/') >= 0 || name.equals(".") || name.equals("..") || name.startsWith(PARAMETER);
        return "/products" + (special ? "?" + PARAMETER : "/") + percentEncode(name);
    }

    /** Asks for a toy. */
    public Toy query(String name) throws IOException {
        String target = target(name);
        return readData(expect(timed(Latencies.Kind.QUERY, () -> connection.get(target)), OK), Toy.class);
    }

    /** Buys some of a toy; empty if there are not enough. */
    public Optional<Receipt> buy(String name, int quantity) throws IOException {
        String form = orderForm(name, quantity);
        return receipt(timed(Latencies.Kind.ORDER, () -> connection.post("/orders", form)));
    }

    /**
     * Buys some of a toy, also if the answer gets lost: the order is sent with a key until it is answered. Its latency
     * counts from its first sending.
     *
     * @param key of this order and of no other
     * @return empty if there are not enough
     */
    Optional<Receipt> buy(String name, int quantity, String key, Resender resender) throws IOException {
        String form = orderForm(name, quantity);
        Map<String, String> fields = Map.of("Idempotency-Key", key);
        return receipt(clocked(
                Latencies.Kind.ORDER, () -> resender.send(() -> connection.send("POST", "/orders", fields, form))));
    }

    /** Looks an order up. */
    public Receipt lookUp(long orderNumber) throws IOException {
        Answer answer = timed(Latencies.Kind.LOOK_UP, () -> connection.get("/orders/" + orderNumber));
        return readData(expect(answer, OK), Receipt.class);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /** A request and its answer. */
    interface Exchange {
        Answer run() throws IOException;
    }

    /** What it takes to connect is not counted. */
    private Answer timed(Latencies.Kind kind, Exchange exchange) throws IOException {
        connection.open();
        return clocked(kind, exchange);
    }

    private Answer clocked(Latencies.Kind kind, Exchange exchange) throws IOException {
        long start = System.nanoTime();
        Answer answer = exchange.run();
        long nanos = System.nanoTime() - start;
        if (answer.status() == OUT_OF_STOCK) {
            latencies.record(Latencies.Kind.SOLD_OUT, nanos);
        } else if (answer.status() < 300) {
            latencies.record(kind, nanos);
        }
        return answer;
    }

    /** The body of an order. */
    public static String orderForm(String name, int quantity) {
        return MAPPER.createObjectNode()
                .put("name", name)
                .put("quantity", quantity)
                .toString();
    }

    private static Optional<Receipt> receipt(Answer answer) throws IOException {
        return answer.status() == OUT_OF_STOCK
                ? Optional.empty()
                : Optional.of(readData(expect(answer, CREATED), Receipt.class));
    }

    private static Answer expect(Answer answer, int status) throws IOException {
        if (answer.status() != status) {
            throw new IOException("status " + answer.status() + " instead of " + status + ": "
                    + new String(answer.body(), UTF_8).strip());
        }
        if (!answer.isWhole()) {
            throw new IOException("the answer is of " + answer.length() + " bytes; is this a toy store?");
        }
        return answer;
    }

    private static <T> T readData(Answer answer, Class<T> type) throws IOException {
        try {
            JsonNode data = MAPPER.readTree(answer.body()).get("data");
            if (data == null || data.isNull()) {
                throw new IOException("the answer has no data");
            }
            return MAPPER.treeToValue(data, type);
        } catch (JacksonException e) {
            throw new IOException("the answer is not understood: " + e.getOriginalMessage(), e);
        }
    }

    private static <T> T read(Answer answer, Class<T> type) throws IOException {
        try {
            return MAPPER.readValue(answer.body(), type);
        } catch (JacksonException e) {
            throw new IOException("the answer is not understood: " + e.getOriginalMessage(), e);
        }
    }

    /** The text as a segment of a path or a value of a query. */
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
}
