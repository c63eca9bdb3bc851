package toystore.lab.shoppers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import toystore.client.StoreClient;
import toystore.client.StoreClient.Receipt;
import toystore.client.StoreClient.Toy;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.common.json.JsonMappers;
import toystore.lab.store.LabStore;

/**
 * An HTTP client that places orders with keys, and tells orders that may exist from those that do not. Not thread-safe.
 */
public final class KeyedClient implements Closeable {

    /** An order with an idempotency key: however often it is sent, it is placed once. */
    public record KeyedOrder(String key, String name, int quantity) {}

    /** The outcome of sending an order once. */
    public sealed interface Outcome {
        /** The order is placed. */
        record Acknowledged(Receipt receipt) implements Outcome {}

        /** The order was refused; it exists only if it was placed when it was sent before. */
        record SoldOut() implements Outcome {}

        /** The order may be placed or not. */
        record Unknown(String reason) implements Outcome {}

        /** A response that no such request should get. */
        record Unexpected(String response) implements Outcome {}
    }

    private static final Timeouts PATIENCE = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));
    private static final JsonMapper MAPPER = JsonMappers.builder().build();
    private static final Map<String, String> ADMIN_CREDENTIALS =
            Map.of("Authorization", "Bearer " + LabStore.ADMIN_TOKEN);
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int OUT_OF_STOCK = 409;
    private static final int UNAVAILABLE = 503;

    private final Origin frontend;
    private final HttpConnection connection;

    /** Connects with the first request. */
    public KeyedClient(Origin frontend) {
        this.frontend = frontend;
        this.connection = new HttpConnection(frontend, PATIENCE);
    }

    /** Returns the frontend that it sends requests to. */
    Origin frontend() {
        return frontend;
    }

    /** Sends an order once. Its key is also the id by which the logs of the services trace it. */
    public Outcome send(KeyedOrder order) {
        String form = StoreClient.orderForm(order.name(), order.quantity());
        Response response;
        try {
            Map<String, String> ids = Map.of("Idempotency-Key", order.key(), "X-Request-Id", order.key());
            response = connection.send("POST", "/orders", ids, form);
        } catch (IOException e) {
            return new Outcome.Unknown(e.getMessage());
        }
        try {
            return switch (response.status()) {
                case CREATED -> new Outcome.Acknowledged(data(response, Receipt.class));
                case OUT_OF_STOCK -> new Outcome.SoldOut();
                case UNAVAILABLE, REQUEST_TIMEOUT -> new Outcome.Unknown(text(response));
                default -> new Outcome.Unexpected(text(response));
            };
        } catch (IOException e) {
            return new Outcome.Unexpected(text(response) + ": " + e.getMessage());
        }
    }

    /**
     * Looks up an order; empty if the store says that it does not exist.
     *
     * @throws IOException if the store does not say
     */
    public Optional<Receipt> find(long number) throws IOException {
        Response response = connection.get("/orders/" + number);
        return response.status() == NOT_FOUND
                ? Optional.empty()
                : Optional.of(data(expect(response, OK), Receipt.class));
    }

    /**
     * Queries a product.
     *
     * @throws IOException if the store does not say how many units there are
     */
    public void query(String product) throws IOException {
        expect(connection.get(StoreClient.target(product)), OK);
    }

    /** Returns the name of the first product; empty if there is none. */
    public Optional<String> firstProduct() throws IOException {
        JsonNode first = json(expect(connection.get("/products?limit=1"), OK))
                .path("data")
                .path(0)
                .path("name");
        return Optional.ofNullable(first.stringValue(null));
    }

    /** A page of orders; {@code next} is null on the last one. */
    public record OrderList(List<Receipt> data, Long next) {}

    /**
     * Returns orders by their numbers, with the admin token.
     *
     * @param after the number before the first one
     */
    public OrderList orders(long after) throws IOException {
        HttpRequest request = HttpRequest.of(
                frontend.address(), "GET", "/orders?limit=1000&after=" + after, ADMIN_CREDENTIALS, new byte[0]);
        Response response = expect(connection.exchange(request), OK);
        try {
            return MAPPER.treeToValue(json(response), OrderList.class); // prices as in a receipt
        } catch (JacksonException e) {
            throw new IOException("not understood: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns all products with their current stock. */
    public List<Toy> products() throws IOException {
        JsonNode list = json(expect(connection.get("/products?limit=1000"), OK)).path("data");
        List<Toy> products = new ArrayList<>();
        for (JsonNode product : list) {
            products.add(MAPPER.treeToValue(product, Toy.class));
        }
        return products;
    }

    /**
     * Changes a product with the admin token. Returns false if it has too few units to take.
     *
     * @param price null leaves it as it is
     * @throws IOException if the change may be made or not
     */
    public boolean change(String name, int add, BigDecimal price) throws IOException {
        ObjectNode change = MAPPER.createObjectNode().put("add", add);
        if (price != null) {
            change.put("price", price);
        }
        Response response = connection.send("PUT", "/products/" + name, ADMIN_CREDENTIALS, change.toString());
        if (response.status() == OUT_OF_STOCK) {
            return false;
        }
        expect(response, OK);
        return true;
    }

    /** Returns whether the store says that orders can be placed. */
    public boolean isReady() {
        try {
            return connection.get("/ready").status() == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    private static Response expect(Response response, int status) throws IOException {
        if (response.status() != status) {
            throw new IOException(text(response) + " instead of " + status);
        }
        return response;
    }

    private static <T> T data(Response response, Class<T> type) throws IOException {
        try {
            return MAPPER.treeToValue(json(response).get("data"), type);
        } catch (JacksonException e) {
            throw new IOException("not understood: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonNode json(Response response) throws IOException {
        try {
            return MAPPER.readTree(response.body());
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(Response response) {
        return "status " + response.status() + " " + new String(response.body(), UTF_8).strip();
    }
}
