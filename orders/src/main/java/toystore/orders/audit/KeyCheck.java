package toystore.orders.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import toystore.durable.LogReader;

/**
 * Checks that no idempotency key has two orders while the service remembers it.
 *
 * <p>In memory are only fingerprints of the keys. If some are equal, the order log is read once more, and their keys
 * are compared.
 */
final class KeyCheck {
    private static final ObjectReader READER = LogCheck.MAPPER.readerFor(KeyOnly.class);

    private final int remembered;
    private final AuditReport report;
    private Fingerprints fingerprints = new Fingerprints();

    private record KeyOnly(String key) {}

    /** @param remembered the number of orders whose keys the service remembers */
    KeyCheck(int remembered, AuditReport report) {
        this.remembered = remembered;
        this.report = report;
    }

    void add(String key) {
        fingerprints.add(Fingerprints.of(key));
    }

    /** Reports the keys that were added twice, by orders up to {@code last}. To be called once. */
    void findRepeated(Path folder, String log, long last) throws IOException {
        long[] repeated = fingerprints.repeated();
        fingerprints = null; // frees memory
        if (repeated.length == 0) {
            return;
        }
        Map<String, Long> orders = new HashMap<>(); // the last order with a key
        LogReader.scan(folder, log, entry -> {
            long number = entry.number();
            String key = number > last ? null : key(entry.json());
            if (key == null || Arrays.binarySearch(repeated, Fingerprints.of(key)) < 0) {
                return;
            }
            Long before = orders.put(key, number);
            if (before != null && number - before <= remembered) {
                report.difference(entry.file() + " at byte " + entry.offset() + ": order " + number + " has the key "
                        + DisplayText.quoted(key) + ", which order " + before + " has too");
            }
        });
    }

    private static String key(byte[] json) {
        try {
            return READER.<KeyOnly>readValue(json).key();
        } catch (JacksonException e) {
            return null; // reported when the log was read first
        }
    }

    /**
     * Finds the fingerprints that were added more than once, in a little more than 8 bytes for each.
     *
     * <p>They are in many small arrays, by their upper bits: a single large one would need twice the memory whenever it
     * grows.
     */
    private static final class Fingerprints {
        private static final int BITS = 10;

        private final long[][] buckets = new long[1 << BITS][16];
        private final int[] sizes = new int[1 << BITS];

        /** Returns 64 bits that are almost always different for different texts. */
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

        /** Returns each fingerprint that was added more than once, sorted. */
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
}
