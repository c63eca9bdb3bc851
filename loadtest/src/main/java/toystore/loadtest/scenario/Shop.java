package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import toystore.client.Latencies;
import toystore.client.StoreClient;
import toystore.client.StoreClient.Toy;
import toystore.client.http.HttpRequest;
import toystore.common.Address;
import toystore.loadtest.result.Kind;
import toystore.loadtest.scenario.ProductSelectorConverter.Popularity;

/** A toy store as its load sees it: products, the requests for them, and what is left of each. Thread-safe. */
public final class Shop {
    private static final int TRIES = 50;

    private final Address address;
    private final List<Toy> toys;
    private final OptionalInt sessionThreads;
    private final ProductSelector choice;
    private final RemainingStock stock;
    private final ScenarioRequest[] queries; // made when first wanted; which of two threads makes one does not matter
    private final ScenarioRequest[] buys;

    private Shop(Address address, List<Toy> toys, OptionalInt sessionThreads, Popularity popularity) {
        this.address = address;
        this.sessionThreads = sessionThreads;
        this.toys = toys;
        this.choice = popularity.among(toys.size());
        this.stock = new RemainingStock(toys);
        this.queries = new ScenarioRequest[toys.size()];
        this.buys = new ScenarioRequest[toys.size()];
    }

    /**
     * Gets to know a store.
     *
     * @throws IOException if it cannot be reached, or is none; the message is for a person
     */
    public static Shop visit(Address address, Popularity popularity) throws IOException {
        try (StoreClient browser = new StoreClient(address, new Latencies())) {
            List<Toy> toys = browser.toys();
            if (toys.isEmpty()) {
                throw new IOException("the store at " + address + " has no toys");
            }
            return new Shop(address, toys, browser.sessionThreads(), popularity);
        }
    }

    public Address address() {
        return address;
    }

    public RemainingStock stock() {
        return stock;
    }

    /** How many connections the store serves at once; empty if it does not tell. */
    public OptionalInt sessionThreads() {
        return sessionThreads;
    }

    int products() {
        return toys.size();
    }

    String name(int product) {
        return toys.get(product).name();
    }

    /** A query for any product. */
    ScenarioRequest query(RandomGenerator random) {
        int product = choice.choose(random);
        ScenarioRequest query = queries[product];
        if (query == null) {
            query = new ScenarioRequest(
                    Kind.QUERY, HttpRequest.get(address, StoreClient.target(name(product))), product);
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
            buy = new ScenarioRequest(Kind.BUY, HttpRequest.of(address, "POST", "/orders", json, order), product);
            buys[product] = buy;
        }
        return buy;
    }

    /** An order of one unit of a product that is not sold out; null if all are. */
    ScenarioRequest buyWhatIsLeft(RandomGenerator random) {
        int product = choice.choose(random);
        for (int i = 0; i < TRIES && stock.left(product) <= 0; i++) {
            product = choice.choose(random);
        }
        for (int i = 0; i < toys.size() && stock.left(product) <= 0; i++) {
            product = (product + 1) % toys.size();
        }
        return stock.left(product) > 0 ? buy(product) : null;
    }
}
