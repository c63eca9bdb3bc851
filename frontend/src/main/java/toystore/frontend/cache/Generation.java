package toystore.frontend.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import toystore.wire.message.Product;

/** The products that became known under one watch of the catalog. Thread-safe. */
final class Generation<V> {
    private final Function<Product, V> view;
    private final Map<String, CacheEntry<V>> slots = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private Iterator<CacheEntry<V>> hand; // of the clock: goes round and round

    Generation(Function<Product, V> view) {
        this.view = view;
        this.hand = slots.values().iterator();
    }

    /** What is known of the product; nothing yet, if it was not asked for. */
    CacheEntry<V> slot(String name) {
        CacheEntry<V> slot = slots.get(name);
        return slot != null ? slot : slots.computeIfAbsent(name, absent -> new CacheEntry<>(view));
    }

    /** The catalog tells of a product: that is for those who have asked for it. */
    void tell(Product now) {
        CacheEntry<V> slot = slots.get(now.name());
        if (slot != null) {
            slot.push(now);
        }
    }

    void raise(String name, long version) {
        CacheEntry<V> slot = slots.get(name);
        if (slot != null) {
            slot.raise(version);
        }
    }

    /** Whoever asks for the product from now on begins anew. */
    void forget(String name) {
        slots.remove(name);
    }

    int size() {
        return slots.size();
    }

    /** Throws out what is too much: the clock algorithm, by which a product that was read since its last round stays. */
    void trim(int most) {
        if (slots.size() > most) {
            throwOut(most);
        }
    }

    private synchronized void throwOut(int most) {
        while (slots.size() > most) {
            if (!hand.hasNext()) {
                hand = slots.values().iterator();
            }
            if (!hand.next().wasUsed()) {
                hand.remove();
            }
        }
    }
}
