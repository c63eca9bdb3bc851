package toystore.frontend.cache;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import toystore.wire.message.Product;

/**
 * Products in memory, for as long as the catalog tells of every change of them ({@link CatalogWatch}). Without that, it
 * is empty and unused: then every product is asked for. Thread-safe.
 *
 * <p>What it promises: no product in it is older than the catalog's silence may last; and who asks after a buy or a
 * change was answered by this frontend sees that, or something newer. {@link CacheEntry} has how.
 *
 * @param <V> what is kept of a product: a view of it, such as the response that shows it
 */
public final class ProductCache<V> {
    private final int most;
    private final Function<Product, V> view;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** The products known under the watch that stands; {@code null} if none does. */
    private volatile Generation<V> current;

    /** Asks the catalog for a product. */
    public interface Fill<X extends Exception> {
        Product ask() throws X;
    }

    /**
     * A cache that is empty.
     *
     * @param most products in it
     * @param view of a product; may be made more than once, by many threads at once
     */
    public ProductCache(int most, Function<Product, V> view) {
        this.most = most;
        this.view = view;
    }

    /**
     * A product by its name.
     *
     * @param fill asks for it if it is not known; what that throws is thrown
     */
    public <X extends Exception> V find(String name, Fill<X> fill) throws X {
        Generation<V> live = current;
        if (live == null) {
            misses.increment();
            return view.apply(fill.ask());
        }
        CacheEntry<V> slot = live.slot(name); // before the catalog is asked, so that it sees what changes meanwhile
        V known = slot.known();
        if (known != null) {
            hits.increment();
            return known;
        }
        misses.increment();
        boolean filled = false;
        try {
            V asked = slot.fill(fill.ask());
            filled = true;
            return asked;
        } finally {
            if (filled) {
                live.trim(most);
            } else {
                live.forget(name);
            }
        }
    }

    /** A product has been changed through this frontend: nobody shall see it as it was before. */
    public void changed(Product now) {
        Generation<V> live = current;
        if (live != null) {
            live.raise(now.name(), now.version());
            live.tell(now);
        }
    }

    /**
     * Units were sold through this frontend: nobody shall see the product as it was before.
     *
     * @param version of the product after that; 0 if it is not known
     */
    public void sold(String name, long version) {
        if (version == 0) {
            forget(name);
            return;
        }
        Generation<V> live = current;
        if (live != null) {
            live.raise(name, version);
        }
    }

    /** Nobody shall see the product as it was before; what it is now is not known. */
    public void forget(String name) {
        Generation<V> live = current;
        if (live != null) {
            live.forget(name);
        }
    }

    /** Products that were found here, so far. */
    public long hits() {
        return hits.sum();
    }

    /** Products that had to be asked for, so far. */
    public long misses() {
        return misses.sum();
    }

    /** Products in it now. */
    public int size() {
        Generation<V> live = current;
        return live == null ? 0 : live.size();
    }

    /** Whether it is used now. */
    public boolean isLive() {
        return current != null;
    }

    /** A watch stands: what is asked for from now on may be kept, as long as it does. */
    Generation<V> begin() {
        Generation<V> begun = new Generation<>(view);
        current = begun;
        return begun;
    }

    /** The watch is over. */
    void end() {
        current = null;
    }
}
