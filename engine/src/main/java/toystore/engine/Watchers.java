package toystore.engine;

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
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReplyStream;

/**
 * The open watch streams, which report every product that changes. Thread-safe.
 *
 * <p>The thread that changes a product marks it in each stream, without a lock. The thread that serves a stream takes
 * all marked products together, each once and in its current state.
 *
 * @param <K> what stands for a product: its name, or an object that has it
 */
public final class Watchers<K> {
    private static final long HEARTBEAT_NANOS = Duration.ofMillis(250).toNanos();
    /** Between the first change and its report, so that a busy store reports many changes in one message. */
    private static final long BATCH_DELAY_NANOS = Duration.ofMillis(5).toNanos();

    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Source<K> source;

    /** What the streams report. Called by the threads that serve them. */
    public interface Source<K> {
        /** The current state of a product; {@code null} if its changes are not marked any more. */
        Product product(K key);

        /** The name of a product. */
        String name(K key);

        /**
         * The time for which the marks are known to be complete, in nanoseconds: at its end, a stream asks again.
         *
         * @throws RefusedException if they may not be complete now: then the stream ends
         */
        default long nanosComplete() throws RefusedException {
            return Long.MAX_VALUE;
        }
    }

    public Watchers(Source<K> source) {
        this.source = source;
    }

    /**
     * Opens a stream of all changes from now on.
     *
     * @throws RefusedException if the source has no complete marks now
     */
    public ReplyStream add() throws RefusedException {
        source.nanosComplete();
        Watcher watcher = new Watcher();
        watchers.add(watcher);
        return watcher;
    }

    /** Marks a product. To be called after the change, or after its source has begun to return {@code null} for it. */
    public void changed(K key) {
        for (Watcher watcher : watchers) {
            watcher.changed(key);
        }
    }

    private final class Watcher implements ReplyStream {
        private final Set<K> changed = ConcurrentHashMap.newKeySet();
        private volatile Thread waiting; // set before the set of changes is examined, so that no wake-up is lost
        private boolean begun;

        @Override
        public ProductUpdates next() throws RefusedException {
            if (!begun) {
                begun = true; // the first reply says that the watch stands
                return new ProductUpdates(List.of());
            }
            awaitChange();
            source.nanosComplete();
            return takeChanged();
        }

        @Override
        public void close() {
            watchers.remove(this);
        }

        void changed(K key) {
            changed.add(key);
            Thread thread = waiting;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }

        private void awaitChange() throws RefusedException {
            long deadline = System.nanoTime() + HEARTBEAT_NANOS;
            waiting = Thread.currentThread();
            for (long left = HEARTBEAT_NANOS; changed.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
                LockSupport.parkNanos(this, Math.min(left, source.nanosComplete()));
            }
            waiting = null;
            if (!changed.isEmpty()) {
                LockSupport.parkNanos(this, BATCH_DELAY_NANOS);
            }
        }

        /** Takes products as long as they fit into a message. Removes each before reading it: no change is lost. */
        private ProductUpdates takeChanged() {
            List<Product> products = new ArrayList<>();
            List<String> forgotten = new ArrayList<>();
            PageSize size = new PageSize(Inventory.PRODUCT_BYTES);
            Iterator<K> keys = changed.iterator();
            while (keys.hasNext() && size.hasRoom()) {
                K key = keys.next();
                keys.remove();
                Product product = source.product(key);
                String name = product == null ? source.name(key) : product.name();
                size.add(name);
                if (product == null) {
                    forgotten.add(name);
                } else {
                    products.add(product);
                }
            }
            return new ProductUpdates(products, forgotten);
        }
    }
}
