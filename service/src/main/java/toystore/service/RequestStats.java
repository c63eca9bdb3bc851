package toystore.service;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/**
 * Histogram of the requests of one kind, by code. Thread-safe.
 *
 * <p>It counts, for each code, the requests whose time is between two bounds, and sums the time of all. A request
 * costs two additions.
 */
public final class RequestStats {
    /** Upper bounds of the buckets in nanoseconds. */
    private static final long[] BOUNDS = {
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        25_000_000,
        50_000_000,
        100_000_000,
        250_000_000,
        500_000_000,
        1_000_000_000,
        2_500_000_000L,
        5_000_000_000L
    };

    /** All codes are below it; others are counted as this one. */
    private static final int OTHER = 600;

    private final AtomicReferenceArray<LongAdder[]> counts =
            new AtomicReferenceArray<>(OTHER + 1); // by code and bucket
    private final LongAdder nanos = new LongAdder();

    /** Counts a request. */
    public void add(int code, long took) {
        bucketsOf(code >= 0 && code < OTHER ? code : OTHER)[bucket(took)].increment();
        nanos.add(took);
    }

    /** Upper bounds of the buckets in seconds; the last one is infinite. */
    static double[] upperBounds() {
        double[] seconds = new double[BOUNDS.length + 1];
        for (int i = 0; i < BOUNDS.length; i++) {
            seconds[i] = BOUNDS[i] / (double) TimeUnit.SECONDS.toNanos(1);
        }
        seconds[BOUNDS.length] = Double.POSITIVE_INFINITY;
        return seconds;
    }

    /** Receives the number of requests with a code. */
    interface CodeConsumer {
        void accept(String code, long requests);
    }

    /**
     * Reads the counts.
     *
     * @param name the label of a code
     * @param consumer called for every code that occurred
     * @param buckets to which the requests are added, in the order of {@link #upperBounds}
     */
    void read(IntFunction<String> name, CodeConsumer consumer, long[] buckets) {
        for (int code = 0; code <= OTHER; code++) {
            LongAdder[] ofCode = counts.get(code);
            if (ofCode != null) {
                long all = 0;
                for (int i = 0; i < buckets.length; i++) {
                    long count = ofCode[i].sum();
                    buckets[i] += count;
                    all += count;
                }
                consumer.accept(code == OTHER ? "other" : name.apply(code), all);
            }
        }
    }

    /** The time of all requests together. */
    double seconds() {
        return nanos.sum() / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private LongAdder[] bucketsOf(int code) {
        LongAdder[] buckets = counts.get(code);
        if (buckets == null) {
            counts.compareAndSet(code, null, buckets());
            buckets = counts.get(code);
        }
        return buckets;
    }

    private static LongAdder[] buckets() {
        LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
        return buckets;
    }

    private static int bucket(long took) {
        int bucket = 0;
        while (bucket < BOUNDS.length && took > BOUNDS[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
