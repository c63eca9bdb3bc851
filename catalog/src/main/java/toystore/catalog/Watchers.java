package toystore.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import toystore.wire.codec.PageSize;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.ReplyStream;

/**
 * The open watch streams, which report every product that changes. Thread-safe.
 *
 * <p>The thread that changes a product marks it in each stream, without a lock. The thread that serves a stream takes
 * all marked products together, each once and in its current state.
 */
final class Watchers {
    private static final long HEARTBEAT_NANOS = Duration.ofMillis(250).toNanos();
    /** Between the first change and its report, so that a busy store reports many changes in one message. */
    private static final long BATCH_DELAY_NANOS = Duration.ofMillis(5).toNanos();

    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    /** Opens a stream of all changes from now on. */
    ReplyStream add() {
        Watcher watcher = new Watcher();
        watchers.add(watcher);
        return watcher;
    }

    /** Marks a product. To be called after the change. */
    void changed(StockItem item) {
        for (Watcher watcher : watchers) {
            watcher.changed(item);
        }
    }

    private final class Watcher implements ReplyStream {
        private final Set<StockItem> changed = ConcurrentHashMap.newKeySet();
        private volatile Thread waiting; // set before the set of changes is examined, so that no wake-up is lost
        private boolean begun;

        @Override
        public ProductUpdates next() {
            if (!begun) {
                begun = true; // the first reply says that the watch stands
                return new ProductUpdates(List.of());
            }
            awaitChange();
            return new ProductUpdates(takeChanged());
        }

        @Override
        public void close() {
            watchers.remove(this);
        }

        void changed(StockItem item) {
            changed.add(item);
            Thread thread = waiting;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }

        private void awaitChange() {
            long deadline = System.nanoTime() + HEARTBEAT_NANOS;
            waiting = Thread.currentThread();
            for (long left = HEARTBEAT_NANOS; changed.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            waiting = null;
            if (!changed.isEmpty()) {
                LockSupport.parkNanos(this, BATCH_DELAY_NANOS);
            }
        }

        /** Takes products as long as they fit into a message. Removes each before reading it: no change is lost. */
        private List<Product> takeChanged() {
            List<Product> products = new ArrayList<>();
            PageSize size = new PageSize(FileInventory.FIELD_BYTES);
            Iterator<StockItem> items = changed.iterator();
            while (items.hasNext() && size.hasRoom()) {
                StockItem item = items.next();
                items.remove();
                Product product = item.product();
                size.add(product.name());
                products.add(product);
            }
            return products;
        }
    }
}
