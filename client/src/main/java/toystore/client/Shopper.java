package toystore.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.StoreClient.Receipt;
import toystore.client.StoreClient.Toy;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.common.cli.Interrupt;

/**
 * A simulated customer with a connection and a thread of its own.
 *
 * <p>It queries random toys and buys some of them. At the end it looks up all its orders, and compares them with the
 * receipts that the store gave it.
 */
final class Shopper implements Runnable {
    private static final int MAX_QUANTITY = 5;

    private final ClientConfig config;
    private final List<Toy> toys;
    private final RandomGenerator choices;
    private final RandomGenerator pauses;
    private final String keyPrefix;
    private final Resender.Limits limits;
    private final Interrupt interrupt;
    private final ShopperRecord record;
    private final Resender resender;
    private int keysUsed;

    /**
     * A shopper that has not started yet.
     *
     * @param choices random numbers for toys and quantities
     * @param pauses random numbers for think times; separate, so that the choices are the same without think times
     * @param keyPrefix of its idempotency keys; no other shopper in any run has the same one
     */
    Shopper(
            ClientConfig config,
            List<Toy> toys,
            RandomGenerator choices,
            RandomGenerator pauses,
            String keyPrefix,
            Resender.Limits limits,
            Interrupt interrupt,
            ShopperRecord record) {
        this.config = config;
        this.toys = toys;
        this.choices = choices;
        this.pauses = pauses;
        this.keyPrefix = keyPrefix;
        this.limits = limits;
        this.interrupt = interrupt;
        this.record = record;
        this.resender = new Resender(limits, interrupt, record::addSentAgain);
    }

    @Override
    public void run() {
        try (StoreClient store = new StoreClient(config.store(), timeouts(), record)) {
            warmUp(store);
            shop(store);
            for (Receipt receipt : record.receipts()) {
                if (interrupt.isRequested()) {
                    return;
                }
                readBack(store, receipt);
            }
        } catch (IOException e) {
            record.addFailure(e.getMessage());
        }
    }

    /** The next think time; think times are exponentially distributed, so that shoppers do not move in step. */
    static Duration thinkTime(Duration average, RandomGenerator random) {
        return Duration.ofNanos((long) (average.toNanos() * random.nextExponential()));
    }

    private Timeouts timeouts() {
        return config.keys() ? new Timeouts(Timeouts.DEFAULT.connect(), limits.timeout()) : Timeouts.DEFAULT;
    }

    private void warmUp(StoreClient store) {
        long end = System.nanoTime() + config.warmUp().toNanos();
        try {
            while (System.nanoTime() < end && !interrupt.isRequested()) {
                store.query(randomToy());
            }
        } catch (IOException e) {
            // the first round reports the error
        }
        record.endWarmUp();
    }

    private void shop(StoreClient store) {
        for (int i = 0; i < config.iterations(); i++) {
            Duration pause = i == 0 ? Duration.ZERO : thinkTime(config.thinkTime(), pauses);
            if (interrupt.pause(pause)) {
                return;
            }
            queryAndBuy(store);
            record.addRound();
        }
    }

    private void queryAndBuy(StoreClient store) {
        try {
            Toy toy = store.query(randomToy());
            if (toy.quantity() <= 0) {
                record.addSoldOutRound();
            } else if (choices.nextDouble() < config.probability()) {
                int quantity = choices.nextInt(1, Math.min(MAX_QUANTITY, toy.quantity()) + 1);
                var receipt = config.keys()
                        ? store.buy(toy.name(), quantity, keyPrefix + "-" + ++keysUsed, resender)
                        : store.buy(toy.name(), quantity);
                receipt.ifPresent(record::addOrder);
            }
        } catch (IOException e) {
            record.addFailure(e.getMessage());
        }
    }

    private void readBack(StoreClient store, Receipt receipt) {
        try {
            record.addReadBack(receipt, store.lookUp(receipt.orderNumber()));
        } catch (IOException e) {
            record.addFailure(e.getMessage());
        }
    }

    private String randomToy() {
        return toys.get(choices.nextInt(toys.size())).name();
    }
}
