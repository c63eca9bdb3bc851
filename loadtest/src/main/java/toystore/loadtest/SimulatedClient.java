package toystore.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import toystore.client.Latencies;
import toystore.client.StoreClient;
import toystore.client.StoreClient.Toy;
import toystore.wire.net.Address;

/** One client of a load, with a connection of its own. For one thread. */
final class SimulatedClient implements Closeable {
    private final Latencies latencies = new Latencies();
    private final StoreClient store;
    private final List<String> toys;
    private final Assortment left;
    private final double probability;
    private final RandomGenerator random;

    /**
     * A client that is not connected yet.
     *
     * @param toys to look at
     * @param left of them, to buy
     * @param probability of buying what was just looked at
     */
    SimulatedClient(Address store, List<String> toys, Assortment left, double probability, RandomGenerator random) {
        this.store = new StoreClient(store, latencies);
        this.toys = toys;
        this.left = left;
        this.probability = probability;
        this.random = random;
    }

    Latencies latencies() {
        return latencies;
    }

    void connect() {
        try {
            store.open();
        } catch (IOException e) {
            latencies.recordFailure(e.getMessage());
        }
    }

    /** Does once what the load is about; false if there is nothing left to do it with. */
    boolean iterate(Load load) {
        try {
            switch (load) {
                case BUY -> {
                    return buyWhatIsLeft();
                }
                case QUERY -> query();
                case MIXED -> queryAndMaybeBuy();
            }
        } catch (IOException e) {
            latencies.recordFailure(e.getMessage());
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    private Toy query() throws IOException {
        return store.query(toys.get(random.nextInt(toys.size())));
    }

    private void queryAndMaybeBuy() throws IOException {
        Toy toy = query();
        if (toy.quantity() > 0 && random.nextDouble() < probability) {
            buy(toy.name());
        }
    }

    private boolean buyWhatIsLeft() throws IOException {
        Optional<String> name = left.choose(random);
        if (name.isPresent()) {
            buy(name.get());
        }
        return name.isPresent();
    }

    /** One unit, so that the stock lasts. */
    private void buy(String name) throws IOException {
        if (store.buy(name, 1).isEmpty()) {
            left.soldOut(name);
        }
    }
}
