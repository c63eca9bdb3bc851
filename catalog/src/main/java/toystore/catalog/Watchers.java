package toystore.catalog;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.ReplyStream;

/**
 * Those who are told of every product that changes. A change is noted for each of them, without a lock, by the thread
 * that made it; the thread that tells takes what has been noted meanwhile, each product once and as it is then. Thread-safe.
 */
final class Watchers {
    private static final long SIGN_OF_LIFE = 250_000_000; // nanoseconds
    /** From a change to the telling of it, so that a busy store tells of many in one message, and not of each alone. */
    private static final long BREATH = 5_000_000;

    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    /** One more, to be told of what changes from now on. */
    ReplyStream add() {
        Watcher watcher = new Watcher();
        watchers.add(watcher);
        return watcher;
    }

    /** To be called after the product has changed. */
    void changed(StockItem stock) {
        for (Watcher watcher : watchers) {
            watcher.changed(stock);
        }
    }

    private final class Watcher implements ReplyStream {
        private final Set<StockItem> changed = ConcurrentHashMap.newKeySet();
        private volatile Thread waiting; // set before it looks whether there is anything
        private boolean begun;

        @Override
        public ProductUpdates next() {
            if (!begun) {
                begun = true; // that it is told from now on is worth a reply of its own
                return new ProductUpdates(List.of());
            }
            awaitChange();
            return new ProductUpdates(take());
        }

        @Override
        public void close() {
            watchers.remove(this);
        }

        void changed(StockItem stock) {
            changed.add(stock);
            Thread sleeper = waiting;
            if (sleeper != null) {
                LockSupport.unpark(sleeper);
            }
        }

        private void awaitChange() {
            long end = System.nanoTime() + SIGN_OF_LIFE;
            waiting = Thread.currentThread();
            for (long left = SIGN_OF_LIFE; changed.isEmpty() && left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            waiting = null;
            if (!changed.isEmpty()) {
                LockSupport.parkNanos(this, BREATH);
            }
        }

        /** As many as fit into a message; each is taken out before it is looked at, so that a later change is noted anew. */
        private List<Product> take() {
            List<Product> products = new ArrayList<>();
            int room = PageSize.BYTES;
            Iterator<StockItem> each = changed.iterator();
            while (each.hasNext() && room > PageSize.MOST_OF_ONE) {
                StockItem stock = each.next();
                each.remove();
                Product product = stock.forSale();
                room -= PageSize.bytesOf(product);
                products.add(product);
            }
            return products;
        }
    }
}
