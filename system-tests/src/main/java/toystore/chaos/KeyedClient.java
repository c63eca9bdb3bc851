package toystore.chaos;

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
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import toystore.client.StoreClient;
import toystore.client.StoreClient.Receipt;
import toystore.client.StoreClient.Toy;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.common.Address;

/**
 * A store as one sees it who expects it to crash: each order has a key, nothing is waited for long, and what is not
 * known is told from what is known. For one thread.
 */
final class KeyedClient implements Closeable {
    private static final Timeouts HURRY = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int OUT_OF_STOCK = 409;
    private static final int UNAVAILABLE = 503;

    private final HttpConnection connection;

    /** Connects when it must. */
    KeyedClient(Address store) {
        this.connection = new HttpConnection(store, HURRY);
    }

    /** Sends a purchase, once. */
    PurchaseOutcome send(Purchase purchase) {
        String order = StoreClient.orderForm(purchase.name(), purchase.quantity());
        Response answer;
        try {
            answer = connection.send("POST", "/orders", Map.of("Idempotency-Key", purchase.key()), order);
        } catch (IOException e) {
            return new PurchaseOutcome.Unknown(e.getMessage());
        }
        try {
            return switch (answer.status()) {
                case CREATED -> new PurchaseOutcome.Acknowledged(data(answer, Receipt.class));
                case OUT_OF_STOCK -> new PurchaseOutcome.SoldOut();
                case UNAVAILABLE, REQUEST_TIMEOUT -> new PurchaseOutcome.Unknown(text(answer));
                default -> new PurchaseOutcome.Odd(text(answer));
            };
        } catch (IOException e) {
            return new PurchaseOutcome.Odd(text(answer) + ": " + e.getMessage());
        }
    }

    /**
     * Looks an order up; empty if the store knows no such order.
     *
     * @throws IOException if the store does not say
     */
    Optional<Receipt> find(long number) throws IOException {
        Response answer = connection.get("/orders/" + number);
        return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(data(expect(answer, OK), Receipt.class));
    }

    /** All toys, as they are for sale. */
    List<Toy> toys() throws IOException {
        JsonNode list = json(expect(connection.get("/products?limit=1000"), OK)).path("data");
        List<Toy> toys = new ArrayList<>();
        for (JsonNode toy : list) {
            toys.add(MAPPER.treeToValue(toy, Toy.class));
        }
        return toys;
    }

    /**
     * Changes a toy as the shopkeeper does.
     *
     * @param price {@code null} if it stays as it is
     * @throws IOException if it is not known whether that was done
     */
    void change(String name, int add, BigDecimal price) throws IOException {
        ObjectNode change = MAPPER.createObjectNode().put("add", add);
        if (price != null) {
            change.put("price", price);
        }
        String credentials = "Bearer " + ChaosStore.ADMIN_TOKEN;
        expect(
                connection.send("PUT", "/products/" + name, Map.of("Authorization", credentials), change.toString()),
                OK);
    }

    /** Whether orders can be placed now. */
    boolean isReady() {
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

    private static Response expect(Response answer, int status) throws IOException {
        if (answer.status() != status) {
            throw new IOException(text(answer) + " instead of " + status);
        }
        return answer;
    }

    private static <T> T data(Response answer, Class<T> type) throws IOException {
        try {
            return MAPPER.treeToValue(json(answer).get("data"), type);
        } catch (JacksonException e) {
            throw new IOException("not understood: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonNode json(Response answer) throws IOException {
        try {
            return MAPPER.readTree(answer.body());
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(Response answer) {
        return "status " + answer.status() + " " + new String(answer.body(), UTF_8).strip();
    }
}
