package toystore.catalog;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;
import toystore.wire.message.RefusedException;

/** Fills up what is sold out, now and then. A thread of its own. */
final class Restocker implements Closeable {

    /**
     * How it restocks.
     *
     * @param every so often
     * @param to so many units
     */
    record Rhythm(Duration every, int to) {
        Rhythm {
            if (to < 1 || to > 1_000_000) {
                throw new IllegalArgumentException(
                        "--restock-to is " + to + "; expected a whole number from 1 to 1000000");
            }
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Restocker.class);

    private final Inventory inventory;
    private final Rhythm rhythm;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Threads.named("restocker", this::run);

    Restocker(Inventory inventory, Rhythm rhythm) {
        this.inventory = inventory;
        this.rhythm = rhythm;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing.await(rhythm.every().toNanos(), TimeUnit.NANOSECONDS)) {
                restock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void restock() {
        List<Change> changes = inventory.soldOut().stream()
                .map(product -> new Change(product.name(), null, rhythm.to()))
                .toList();
        if (changes.isEmpty()) {
            return;
        }
        try {
            inventory.change(changes);
            log.info("restocked {} products to {} units", changes.size(), rhythm.to());
        } catch (RefusedException | RuntimeException e) {
            log.warn("sold-out products could not be restocked: {}", e.getMessage());
        }
    }
}
