package toystore.common;

import java.util.function.LongFunction;

/** What is made of a second, once, for all who ask within it. Thread-safe. */
public final class CachedPerSecond<T> {
    private final LongFunction<T> maker;
    private volatile Made<T> last; // replaced as a whole; whose is seen does not matter

    private record Made<T>(long second, T what) {}

    /**
     * Nothing is made yet.
     *
     * @param maker makes it of a second since 1970; may be asked more than once
     */
    public CachedPerSecond(LongFunction<T> maker) {
        this.maker = maker;
    }

    /**
     * What belongs to the second.
     *
     * @param second since 1970
     */
    public T of(long second) {
        Made<T> known = last;
        if (known == null || known.second() != second) {
            known = new Made<>(second, maker.apply(second));
            last = known;
        }
        return known.what();
    }
}
