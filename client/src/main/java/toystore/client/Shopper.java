package toystore.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.StoreClient.Receipt;
import toystore.client.StoreClient.Toy;
import toystore.client.http.HttpConnection.Patience;

/**
 * A shopper with a connection of its own: looks at random toys, buys some of them, and at the end checks that the
 * store remembers every order as it was acknowledged. Run by one thread.
 */
final class Shopper implements Runnable {
    private static final int MOST_OF_ONE_TOY = 5;

    private final ClientConfig config;
    private final List<Toy> toys;
    private final RandomGenerator random;
    private final ThinkTime thinkTime;
    private final String keyPrefix;
    private final Resender.Limits limits;
    private final Interrupt cutShort;
    private final ShopperRecord notebook;
    private final Resender resender;
    private int keysUsed;

    /**
     * @param toys to choose from
     * @param random of the choices; pauses have one of their own, so that choices are the same without them
     * @param keyPrefix of the idempotency keys of this shopper in this run, and of no other
     */
    Shopper(
            ClientConfig config,
            List<Toy> toys,
            RandomGenerator random,
            ThinkTime thinkTime,
            String keyPrefix,
            Resender.Limits limits,
            Interrupt cutShort,
            ShopperRecord notebook) {
        this.config = config;
        this.toys = toys;
        this.random = random;
        this.thinkTime = thinkTime;
        this.keyPrefix = keyPrefix;
        this.limits = limits;
        this.cutShort = cutShort;
        this.notebook = notebook;
        this.resender = new Resender(limits, cutShort, notebook::sentAgain);
    }

    @Override
    public void run() {
        try (StoreClient store = new StoreClient(config.store(), patience(), notebook)) {
            warmUp(store);
            shopAll(store);
            for (Receipt receipt : notebook.receipts()) {
                if (cutShort.isTold()) {
                    return;
                }
                check(store, receipt);
            }
        } catch (IOException e) {
            notebook.failed(e.getMessage());
        }
    }

    /** What can be sent again need not be waited for as long. */
    private Patience patience() {
        return config.keys() ? new Patience(Patience.USUAL.connect(), limits.answer()) : Patience.USUAL;
    }

    private void warmUp(StoreClient store) {
        long end = System.nanoTime() + config.warmUp().toNanos();
        try {
            while (System.nanoTime() < end && !cutShort.isTold()) {
                store.query(randomToy());
            }
        } catch (IOException notNow) {
            // and the first round tells why
        }
        notebook.warm();
    }

    private void shopAll(StoreClient store) {
        for (int i = 0; i < config.iterations(); i++) {
            Duration pause = i == 0 ? Duration.ZERO : thinkTime.next();
            if (cutShort.cameWithin(pause)) {
                return;
            }
            shop(store);
            notebook.roundDone();
        }
    }

    private void shop(StoreClient store) {
        try {
            Toy toy = store.query(randomToy());
            if (toy.quantity() <= 0) {
                notebook.soldOut();
            } else if (random.nextDouble() < config.probability()) {
                int quantity = random.nextInt(1, Math.min(MOST_OF_ONE_TOY, toy.quantity()) + 1);
                var receipt = config.keys()
                        ? store.buy(toy.name(), quantity, keyPrefix + "-" + ++keysUsed, resender)
                        : store.buy(toy.name(), quantity);
                receipt.ifPresent(notebook::ordered);
            }
        } catch (IOException e) {
            notebook.failed(e.getMessage());
        }
    }

    private void check(StoreClient store, Receipt receipt) {
        try {
            notebook.readBack(receipt, store.lookUp(receipt.orderNumber()));
        } catch (IOException e) {
            notebook.failed(e.getMessage());
        }
    }

    private String randomToy() {
        return toys.get(random.nextInt(toys.size())).name();
    }
}
