package toystore.loadtest.scenario;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import toystore.client.StoreClient.Toy;

/**
 * How many units the load test may still buy, as far as it knows: others may shop, too, so the store has the last word.
 * Thread-safe.
 */
public final class RemainingStock {
    private final AtomicLongArray left;
    private final AtomicLong total;

    public RemainingStock(List<Toy> toys) {
        this.left = new AtomicLongArray(toys.stream().mapToLong(Toy::quantity).toArray());
        this.total = new AtomicLong(toys.stream().mapToLong(Toy::quantity).sum());
    }

    /** Units of all products. */
    public long total() {
        return total.get();
    }

    public long left(int product) {
        return left.get(product);
    }

    void bought(int product) {
        left.decrementAndGet(product);
        total.decrementAndGet();
    }

    void soldOut(int product) {
        total.addAndGet(-left.getAndSet(product, 0));
    }

    void restocked(int product, long added) {
        left.addAndGet(product, added);
        total.addAndGet(added);
    }
}
