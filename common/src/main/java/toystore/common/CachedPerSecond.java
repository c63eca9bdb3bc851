package toystore.common;

import java.util.function.LongFunction;

/** Caches a value that is computed from a second, such as its text. Thread-safe. */
public final class CachedPerSecond<T> {
    private final LongFunction<T> function;
    private volatile Entry<T> last; // replaced as a whole; a stale one is computed again

    private record Entry<T>(long second, T value) {}

    /**
     * An empty cache.
     *
     * @param function computes the value of a second since 1970; may be called more than once for a second
     */
    public CachedPerSecond(LongFunction<T> function) {
        this.function = function;
    }

    /**
     * The value of a second.
     *
     * @param second since 1970
     */
    public T of(long second) {
        Entry<T> entry = last;
        if (entry == null || entry.second() != second) {
            entry = new Entry<>(second, function.apply(second));
            last = entry;
        }
        return entry.value();
    }
}
