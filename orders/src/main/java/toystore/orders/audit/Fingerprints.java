package toystore.orders.audit;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Finds out which fingerprints come more than once, in a little more than 8 bytes for each. They are kept in many small
 * arrays, by their upper bits, because one large one would need as much again whenever it grows.
 */
final class Fingerprints {
    private static final int BITS = 10;

    private final long[][] buckets = new long[1 << BITS][16];
    private final int[] sizes = new int[1 << BITS];

    /** Sixty-four bits that are almost always different for different texts. */
    static long of(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return hash * 0x9e3779b97f4a7c15L;
    }

    void add(long fingerprint) {
        int bucket = (int) (fingerprint >>> (Long.SIZE - BITS));
        int size = sizes[bucket]++;
        if (size == buckets[bucket].length) {
            buckets[bucket] = Arrays.copyOf(buckets[bucket], size + size / 2);
        }
        buckets[bucket][size] = fingerprint;
    }

    /** Those that were added more than once, each of them once, sorted. */
    long[] repeated() {
        return IntStream.range(0, buckets.length)
                .mapToObj(this::repeatedIn)
                .flatMapToLong(found -> found)
                .sorted()
                .toArray();
    }

    private LongStream repeatedIn(int bucket) {
        long[] sorted = buckets[bucket];
        int size = sizes[bucket];
        Arrays.sort(sorted, 0, size);
        return IntStream.range(1, size)
                .filter(i -> sorted[i] == sorted[i - 1])
                .mapToLong(i -> sorted[i])
                .distinct();
    }
}
