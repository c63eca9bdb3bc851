package toystore.frontend.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import toystore.wire.message.Product;

/**
 * Products in memory, as long as the catalog sends every change of them ({@link CatalogWatch}). Without that, the
 * cache is empty, and every product is fetched from the catalog. Thread-safe.
 *
 * <p>It guarantees that no product is older than the time for which the catalog may be silent; and that a query after
 * an order or a change through this frontend gets the product as it was then, or newer. {@link CacheEntry} tells how.
 *
 * @param <V> a view of a product, such as the response that shows it
 */
public final class ProductCache<V> {
    private final int max;
    private final Function<Product, V> view;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** The products of the current watch; {@code null} without one. Written by the watch's thread. */
    private volatile Generation<V> current;

    /** Fetches a product from the catalog. */
    @FunctionalInterface
    public interface Fetch<X extends Exception> {
        Product fetch() throws X;
    }

    /**
     * An empty cache.
     *
     * @param max the number of products in it
     * @param view makes the view of a product; several threads may make the same view at once
     */
    public ProductCache(int max, Function<Product, V> view) {
        this.max = max;
        this.view = view;
    }

    /**
     * Finds a product by its name.
     *
     * @param fetch called if the product is not in the cache; its exceptions are thrown
     */
    public <X extends Exception> V find(String name, Fetch<X> fetch) throws X {
        Generation<V> generation = current;
        if (generation == null) {
            misses.increment();
            return view.apply(fetch.fetch());
        }
        CacheEntry<V> entry = generation.entry(name); // before the fetch, so that it gets the changes meanwhile
        V cached = entry.view();
        if (cached != null) {
            hits.increment();
            return cached;
        }
        misses.increment();
        boolean filled = false;
        try {
            V fetched = entry.fill(fetch.fetch());
            filled = true;
            return fetched;
        } finally {
            if (filled) {
                generation.trim(max);
            } else {
                generation.forget(name);
            }
        }
    }

    /** Takes in a product that was changed through this frontend. No query gets an older version from now on. */
    public void changed(Product product) {
        Generation<V> generation = current;
        if (generation != null) {
            generation.require(product.name(), product.version());
            generation.update(product);
        }
    }

    /**
     * Takes note of an order through this frontend. No query gets an older version of the product from now on.
     *
     * @param version of the product after the order; 0 if it is not known
     */
    public void sold(String name, long version) {
        if (version == 0) {
            forget(name);
            return;
        }
        Generation<V> generation = current;
        if (generation != null) {
            generation.require(name, version);
        }
    }

    /**
     * Forgets a product that may have changed, or whose changes are not sent any more. The next query fetches it. A
     * fetch that is in progress has no effect: its entry was made before it was sent, and is removed here.
     */
    public void forget(String name) {
        Generation<V> generation = current;
        if (generation != null) {
            generation.forget(name);
        }
    }

    /** The number of queries that were answered from the cache. */
    public long hits() {
        return hits.sum();
    }

    /** The number of queries for which the catalog was asked. */
    public long misses() {
        return misses.sum();
    }

    /** The number of products in the cache. */
    public int size() {
        Generation<V> generation = current;
        return generation == null ? 0 : generation.entries.size();
    }

    /** Returns whether the cache is in use: there is a watch. */
    public boolean isLive() {
        return current != null;
    }

    /** Begins a watch: the cache keeps the products that are fetched from now on. */
    void begin() {
        current = new Generation<>(view);
    }

    /** Takes in a change that the catalog has sent. For the watch's thread, between begin and end. */
    void update(Product product) {
        current.update(product);
    }

    /** Ends the watch, and empties the cache. */
    void end() {
        current = null;
    }

    /** The products that were fetched under one watch. Thread-safe. */
    private static final class Generation<V> {
        private final Function<Product, V> view;
        private final Map<String, CacheEntry<V>> entries = new ConcurrentHashMap<>();

        @GuardedBy("this")
        private Iterator<CacheEntry<V>> hand; // of the clock algorithm: goes round all entries

        Generation(Function<Product, V> view) {
            this.view = view;
            this.hand = entries.values().iterator();
        }

        /** The entry of a product, made if there is none. */
        CacheEntry<V> entry(String name) {
            CacheEntry<V> entry = entries.get(name);
            return entry != null ? entry : entries.computeIfAbsent(name, absent -> new CacheEntry<>(view));
        }

        void update(Product product) {
            CacheEntry<V> entry = entries.get(product.name());
            if (entry != null) {
                entry.update(product);
            }
        }

        void require(String name, long version) {
            CacheEntry<V> entry = entries.get(name);
            if (entry != null) {
                entry.require(version);
            }
        }

        void forget(String name) {
            entries.remove(name);
        }

        /** Removes entries by the clock algorithm: an entry that was read since the hand's last round stays. */
        void trim(int size) {
            if (entries.size() > size) {
                removeUnused(size);
            }
        }

        private synchronized void removeUnused(int size) {
            while (entries.size() > size) {
                if (!hand.hasNext()) {
                    hand = entries.values().iterator();
                }
                if (!hand.next().wasUsed()) {
                    hand.remove();
                }
            }
        }
    }
}
