package toystore.service;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/**
 * How requests of one kind ended, and how long they took: for each code, how many fell between two bounds of time, and the
 * time of all. To count a request takes two additions, because that is done for each. Thread-safe.
 */
public final class RequestStats {
    /** In nanoseconds: from a look into a map to the longest that anybody waits. */
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

    /** Codes are below it; what is not counts as this one. */
    private static final int OTHER = 600;

    private final AtomicReferenceArray<LongAdder[]> counts =
            new AtomicReferenceArray<>(OTHER + 1); // by code and bucket
    private final LongAdder nanos = new LongAdder();

    /** One more. */
    public void add(int code, long took) {
        bucketsOf(code >= 0 && code < OTHER ? code : OTHER)[bucket(took)].increment();
        nanos.add(took);
    }

    /** The upper bounds of the buckets in seconds; the last one is infinite. */
    static double[] upperBounds() {
        double[] seconds = new double[BOUNDS.length + 1];
        for (int i = 0; i < BOUNDS.length; i++) {
            seconds[i] = BOUNDS[i] / (double) TimeUnit.SECONDS.toNanos(1);
        }
        seconds[BOUNDS.length] = Double.POSITIVE_INFINITY;
        return seconds;
    }

    /** Told how many there are of a code. */
    interface Counted {
        void count(String code, long requests);
    }

    /**
     * Reads all.
     *
     * @param name of a code, as it is shown
     * @param each is told of every code that there was
     * @param buckets to which all that are counted are added, as {@link #upperBounds} has them
     */
    void read(IntFunction<String> name, Counted each, long[] buckets) {
        for (int code = 0; code <= OTHER; code++) {
            LongAdder[] ofCode = counts.get(code);
            if (ofCode != null) {
                long all = 0;
                for (int i = 0; i < buckets.length; i++) {
                    long count = ofCode[i].sum();
                    buckets[i] += count;
                    all += count;
                }
                each.count(code == OTHER ? "other" : name.apply(code), all);
            }
        }
    }

    /** That all took together. */
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
