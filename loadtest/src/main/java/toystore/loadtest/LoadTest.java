package toystore.loadtest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import toystore.client.Latencies;
import toystore.client.StoreClient;
import toystore.client.StoreClient.Toy;

/** Measures a store: each load with 1, 2, 3 … clients at once, one step after the other. */
final class LoadTest {
    /** Queries use nothing up, so a step of them goes on for at least as long as this. */
    private static final Duration QUERY_STEP = Duration.ofSeconds(1);

    /** Enough to matter, and few of what the starting catalog has in stock. */
    private static final int WARM_UP_ORDERS = 300;

    private final LoadTestConfig config;
    private final List<String> toys;
    private final long stock;
    private final Assortment left;
    private final SplittableRandom random;

    private LoadTest(LoadTestConfig config, List<Toy> toys) {
        this.config = config;
        this.toys = toys.stream().map(Toy::name).toList();
        this.stock = toys.stream().mapToLong(Toy::quantity).sum();
        this.left = new Assortment(this.toys);
        this.random = new SplittableRandom(config.seed());
    }

    /**
     * Gets to know the store's toys.
     *
     * @throws IOException if the store cannot be reached, or is none
     */
    static LoadTest of(LoadTestConfig config) throws IOException {
        try (StoreClient browser = new StoreClient(config.store(), new Latencies())) {
            List<Toy> toys = browser.toys();
            if (toys.isEmpty()) {
                throw new IOException("the store at " + config.store() + " has no toys");
            }
            return new LoadTest(config, toys);
        }
    }

    /** That the stock will not last, in a line; empty if it will. */
    Optional<String> shortage() {
        long orders = config.orders() + (warmsUpWithOrders() ? WARM_UP_ORDERS : 0);
        return stock >= orders
                ? Optional.empty()
                : Optional.of("the stock will not last: " + stock + " units for about " + orders
                        + " orders of one; ./toystore reset restocks");
    }

    /** Runs all steps, after a warm-up. */
    List<StepResult> run(Progress progress) throws InterruptedException {
        warmUp(progress);
        List<StepResult> results = new ArrayList<>();
        for (Load load : config.loads()) {
            for (int clients = 1; clients <= config.clients(); clients++) {
                Duration least = load == Load.QUERY ? QUERY_STEP : Duration.ZERO;
                progress.begin(load, clients);
                StepResult result =
                        step(load, clients, config.iterations(), least).run(progress::iterated);
                progress.end(result);
                results.add(result);
            }
        }
        return results;
    }

    /** Programs are slow at first, at both ends, and on the way of a query no less than on that of an order. */
    private void warmUp(Progress progress) throws InterruptedException {
        if (config.warmUp().isZero()) {
            return;
        }
        progress.warmUp();
        if (warmsUpWithOrders()) {
            step(Load.BUY, 1, WARM_UP_ORDERS, Duration.ZERO).run(() -> {});
        }
        step(Load.QUERY, config.clients(), 0, config.warmUp()).run(() -> {});
    }

    private boolean warmsUpWithOrders() {
        return !config.warmUp().isZero() && config.loads().stream().anyMatch(load -> load != Load.QUERY);
    }

    private Step step(Load load, int clients, int iterations, Duration least) {
        List<SimulatedClient> simulated = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            simulated.add(new SimulatedClient(config.store(), toys, left, config.probability(), random.split()));
        }
        return new Step(load, simulated, iterations, least);
    }
}
