package toystore.frontend.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.Function;
import toystore.wire.message.Product;

/**
 * One product in the cache. Thread-safe.
 *
 * <p>The entry is made before the product is fetched. It takes the product from the <em>fill</em>, which is the reply
 * to the fetch, and from <em>updates</em>, which the catalog sends by itself, and keeps the newer version. So a fill
 * that an update has overtaken has no effect.
 *
 * <p>Readers see the product after the first fill: an update alone may be older than an order that was placed before
 * the entry was made. They see it only while it is not older than the latest order or change through this frontend.
 */
final class CacheEntry<V> {
    private final Function<Product, V> makeView;

    @GuardedBy("this")
    private Product newest; // null before the first fill or update

    @GuardedBy("this")
    private boolean filled;

    @GuardedBy("this")
    private long minVersion; // that readers may see

    private volatile Visible<V> visible; // null if readers must fetch; read without the lock
    private volatile boolean used; // since the last wasUsed(); written by readers

    /** A product that readers may see, and its view after the first read. */
    private static final class Visible<V> {
        private final Product product;
        private V view; // not volatile: a thread that does not see it makes the same immutable view again

        Visible(Product product) {
            this.product = product;
        }
    }

    CacheEntry(Function<Product, V> makeView) {
        this.makeView = makeView;
    }

    /** The view of the product; {@code null} if the product must be fetched. */
    V view() {
        Visible<V> now = visible;
        if (now == null) {
            return null;
        }
        if (!used) {
            used = true;
        }
        return viewOf(now);
    }

    /**
     * Takes in a fetched product. Returns the view of the newest product, or of this one if readers must fetch again.
     */
    V fill(Product fetched) {
        Visible<V> now;
        synchronized (this) {
            filled = true;
            keepNewer(fetched);
            now = visible;
        }
        return now == null ? makeView.apply(fetched) : viewOf(now);
    }

    /** Takes in a product that the catalog has sent. */
    synchronized void update(Product product) {
        keepNewer(product);
    }

    /** Hides older versions from readers. */
    synchronized void require(long version) {
        minVersion = Math.max(minVersion, version);
        publish();
    }

    /** Returns whether the product was read since the last call of this method. */
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
        boolean readable = filled && newest != null && newest.version() >= minVersion;
        if (!readable) {
            visible = null;
        } else if (visible == null || visible.product.version() != newest.version()) {
            visible = new Visible<>(newest);
        }
    }

    private V viewOf(Visible<V> now) {
        V view = now.view;
        if (view == null) {
            view = makeView.apply(now.product);
            now.view = view;
        }
        return view;
    }
}
