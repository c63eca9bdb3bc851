package toystore.catalog;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;
import toystore.engine.Inventory;
import toystore.wire.message.Product;
import toystore.wire.message.RefusedException;

/** Restocks sold-out products at regular intervals, on a thread of its own. */
final class Restocker implements Closeable {

    /**
     * How it restocks.
     *
     * @param every the interval
     * @param to units that a restocked product has
     */
    record Policy(Duration every, int to) {
        Policy {
            if (to < 1 || to > 1_000_000) {
                throw new IllegalArgumentException(
                        "--restock-to is " + to + "; expected a whole number from 1 to 1000000");
            }
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Restocker.class);

    private final Inventory inventory;
    private final Policy policy;
    private final BackgroundLoop loop;

    Restocker(Inventory inventory, Policy policy) {
        this.inventory = inventory;
        this.policy = policy;
        this.loop = new BackgroundLoop("restocker", policy.every(), this::restock);
    }

    void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
    }

    private Duration restock() {
        try {
            List<Product> restocked = inventory.restock(policy.to());
            if (!restocked.isEmpty()) {
                log.info("restocked {} products to {} units", restocked.size(), policy.to());
            }
        } catch (RefusedException | RuntimeException e) {
            log.warn("cannot restock the sold-out products: {}", e.getMessage());
        }
        return policy.every();
    }
}
