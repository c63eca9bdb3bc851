package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import toystore.client.StoreClient;
import toystore.client.StoreClient.Toy;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.scenario.ProductSelector.Popularity;
import toystore.loadtest.scenario.Scenario.ScenarioRequest;

/** A toy store that is measured: its products, the requests for them, and their remaining stock. Thread-safe. */
public final class Shop {
    private static final int TRIES = 50;

    private final Origin origin;
    private final List<Toy> toys;
    private final OptionalInt sessionThreads;
    private final ProductSelector selector;
    private final RemainingStock stock;
    private final ScenarioRequest[] queries; // filled on first use; threads may fill an element twice
    private final ScenarioRequest[] buys;

    /**
     * The units that the load test can still buy. This is an estimate: other clients may buy, too. Thread-safe.
     */
    public static final class RemainingStock {
        private final AtomicLongArray left;
        private final AtomicLong total;

        RemainingStock(List<Toy> toys) {
            this.left =
                    new AtomicLongArray(toys.stream().mapToLong(Toy::quantity).toArray());
            this.total = new AtomicLong(toys.stream().mapToLong(Toy::quantity).sum());
        }

        /** The units of all products. */
        public long total() {
            return total.get();
        }

        long left(int product) {
            return left.get(product);
        }

        void removeOne(int product) {
            left.decrementAndGet(product);
            total.decrementAndGet();
        }

        void setSoldOut(int product) {
            total.addAndGet(-left.getAndSet(product, 0));
        }

        void add(int product, long units) {
            left.addAndGet(product, units);
            total.addAndGet(units);
        }
    }

    private Shop(Origin origin, List<Toy> toys, OptionalInt sessionThreads, Popularity popularity) {
        this.origin = origin;
        this.sessionThreads = sessionThreads;
        this.toys = toys;
        this.selector = popularity.among(toys.size());
        this.stock = new RemainingStock(toys);
        this.queries = new ScenarioRequest[toys.size()];
        this.buys = new ScenarioRequest[toys.size()];
    }

    /**
     * Reads the products of a store.
     *
     * @throws IOException if it cannot be reached or is not a toy store; the message is for a person
     */
    public static Shop read(Origin origin, Popularity popularity) throws IOException {
        try (StoreClient client = new StoreClient(origin)) {
            List<Toy> toys = client.toys();
            if (toys.isEmpty()) {
                throw new IOException("the store at " + origin + " has no toys");
            }
            return new Shop(origin, toys, client.sessionThreads(), popularity);
        }
    }

    /** Its frontend. */
    public Origin origin() {
        return origin;
    }

    public RemainingStock stock() {
        return stock;
    }

    /** The number of connections that the store serves at once; empty if that is unknown. */
    public OptionalInt sessionThreads() {
        return sessionThreads;
    }

    int products() {
        return toys.size();
    }

    String name(int product) {
        return toys.get(product).name();
    }

    /** A query for a random product. */
    ScenarioRequest query(RandomGenerator random) {
        int product = selector.choose(random);
        ScenarioRequest query = queries[product];
        if (query == null) {
            query = new ScenarioRequest(
                    Kind.QUERY, HttpRequest.get(origin.address(), StoreClient.target(name(product))), product);
            queries[product] = query;
        }
        return query;
    }

    /** An order of one unit of a product. */
    ScenarioRequest buy(int product) {
        ScenarioRequest buy = buys[product];
        if (buy == null) {
            byte[] order = StoreClient.orderForm(name(product), 1).getBytes(UTF_8);
            Map<String, String> json = Map.of("Content-Type", "application/json");
            buy = new ScenarioRequest(
                    Kind.BUY, HttpRequest.of(origin.address(), "POST", "/orders", json, order), product);
            buys[product] = buy;
        }
        return buy;
    }

    /** An order of one unit of a random product that is not sold out; null if all are sold out. */
    ScenarioRequest buyAny(RandomGenerator random) {
        int product = selector.choose(random);
        for (int i = 0; i < TRIES && stock.left(product) <= 0; i++) {
            product = selector.choose(random);
        }
        for (int i = 0; i < toys.size() && stock.left(product) <= 0; i++) {
            product = (product + 1) % toys.size();
        }
        return stock.left(product) > 0 ? buy(product) : null;
    }
}
