package toystore.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.StoreClient.Receipt;
import toystore.client.StoreClient.Toy;

/**
 * A shopper with a connection of its own: looks at random toys, buys some of them, and at the end checks that the
 * store remembers every order as it was acknowledged. Run by one thread; read by others after that.
 */
final class Shopper implements Runnable {
    private static final int MOST_OF_ONE_TOY = 5;

    private final ClientConfig config;
    private final List<Toy> toys;
    private final RandomGenerator random;
    private final Latencies latencies = new Latencies();
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<String> mismatches = new ArrayList<>();
    private int unread;

    /** @param toys to choose from */
    Shopper(ClientConfig config, List<Toy> toys, RandomGenerator random) {
        this.config = config;
        this.toys = toys;
        this.random = random;
    }

    @Override
    public void run() {
        try (StoreClient store = new StoreClient(config.store(), latencies)) {
            warmUp(store);
            for (int i = 0; i < config.iterations(); i++) {
                shop(store);
            }
            for (Receipt receipt : receipts) {
                check(store, receipt);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    Latencies latencies() {
        return latencies;
    }

    /** Orders that the store acknowledged. */
    int orders() {
        return receipts.size();
    }

    /** Orders that were found to differ, each in a sentence. */
    List<String> mismatches() {
        return mismatches;
    }

    /** Orders that could not be read back. */
    int unread() {
        return unread;
    }

    private void warmUp(StoreClient store) throws IOException {
        long end = System.nanoTime() + config.warmUp().toNanos();
        while (System.nanoTime() < end) {
            store.query(randomToy());
        }
        latencies.reset();
    }

    private void shop(StoreClient store) {
        try {
            Toy toy = store.query(randomToy());
            if (toy.quantity() > 0 && random.nextDouble() < config.probability()) {
                int quantity = random.nextInt(1, Math.min(MOST_OF_ONE_TOY, toy.quantity()) + 1);
                store.buy(toy.name(), quantity).ifPresent(receipts::add);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private void check(StoreClient store, Receipt receipt) {
        try {
            Receipt found = store.lookUp(receipt.orderNumber());
            if (!found.equals(receipt)) {
                mismatches.add(
                        "order " + receipt.orderNumber() + " was acknowledged as " + receipt + " and is now " + found);
            }
        } catch (IOException e) {
            unread++;
            failed(e);
        }
    }

    private String randomToy() {
        return toys.get(random.nextInt(toys.size())).name();
    }

    private void failed(IOException e) {
        latencies.recordFailure(e.getMessage());
    }
}
