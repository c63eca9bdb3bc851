package toystore.frontend.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.Function;
import toystore.wire.message.Product;

/**
 * What is known of one product. It is made before the catalog is asked, and what the catalog answers to that is a
 * <em>fill</em>; a <em>push</em> is what the catalog tells by itself. Whichever comes first, the newer version stays:
 * so a fill that a push has overtaken on its way is not kept.
 *
 * <p>It is known to readers from its first fill on: a push alone may be older than what was sold before the slot was
 * made. And it is known only while it is not older than what was sold through this frontend.
 */
final class CacheEntry<V> {
    private final Function<Product, V> view;

    @GuardedBy("this")
    private Product newest; // null before anything has come

    @GuardedBy("this")
    private boolean filled;

    @GuardedBy("this")
    private long oldest; // version that readers may see

    private volatile Known<V> known; // null if nothing may be read; read without the lock
    private volatile boolean used; // since the last time somebody looked for what to throw out

    /** A product, and the view of it once it was looked at. */
    private static final class Known<V> {
        private final Product product;
        private V view; // made again by a thread that does not see it: it is immutable, and always the same

        Known(Product product) {
            this.product = product;
        }
    }

    CacheEntry(Function<Product, V> view) {
        this.view = view;
    }

    /** The view of the product; {@code null} if the catalog must be asked. */
    V known() {
        Known<V> now = known;
        if (now == null) {
            return null;
        }
        if (!used) {
            used = true;
        }
        return viewOf(now);
    }

    /** The catalog has answered; returns the view of the newest that is known, or of that answer. */
    V fill(Product answer) {
        Known<V> now;
        synchronized (this) {
            filled = true;
            keepNewer(answer);
            now = known;
        }
        return now == null ? view.apply(answer) : viewOf(now);
    }

    /** The catalog tells of the product. */
    synchronized void push(Product now) {
        keepNewer(now);
    }

    /** No reader may see an older version from now on. */
    synchronized void raise(long version) {
        oldest = Math.max(oldest, version);
        publish();
    }

    /** Whether it was read since the last time that this was asked. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    @GuardedBy("this")
    private void keepNewer(Product other) {
        if (newest == null || other.version() > newest.version()) {
            newest = other;
        }
        publish();
    }

    @GuardedBy("this")
    private void publish() {
        boolean readable = filled && newest != null && newest.version() >= oldest;
        if (!readable) {
            known = null;
        } else if (known == null || known.product.version() != newest.version()) {
            known = new Known<>(newest);
        }
    }

    private V viewOf(Known<V> now) {
        V made = now.view;
        if (made == null) {
            made = view.apply(now.product);
            now.view = made;
        }
        return made;
    }
}
