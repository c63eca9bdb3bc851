package toystore.orders;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The numbers of the orders that may have a key, for the newest orders. Thread-safe.
 *
 * <p>It holds fingerprints of keys, in some 32 bytes a key. Two keys may have one fingerprint, so the caller must
 * compare the keys of the orders. It remembers at least {@code size} keys and at most twice as many: when the newer
 * half is full, the older one is dropped.
 */
final class KeyIndex {
    private final long seed = new SecureRandom().nextLong(); // random, so that a client cannot choose keys that collide
    private final int size;

    @GuardedBy("this")
    private FingerprintTable newer = new FingerprintTable();

    @GuardedBy("this")
    private FingerprintTable older = new FingerprintTable();

    /** @param size the least number of keys to remember */
    KeyIndex(int size) {
        this.size = size;
    }

    void add(String key, long orderNumber) {
        long fingerprint = fingerprint(key);
        synchronized (this) {
            add(fingerprint, orderNumber);
        }
    }

    /**
     * Adds the keys of orders with consecutive numbers.
     *
     * @param keys {@code null} for an order that has none
     * @param first number of the first of them
     */
    void add(String[] keys, long first) {
        long[] fingerprints = new long[keys.length];
        for (int i = 0; i < keys.length; i++) {
            fingerprints[i] = keys[i] == null ? 0 : fingerprint(keys[i]);
        }
        synchronized (this) {
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] != null) {
                    add(fingerprints[i], first + i);
                }
            }
        }
    }

    @GuardedBy("this")
    private void add(long fingerprint, long orderNumber) {
        if (newer.count >= size) {
            older = newer;
            newer = new FingerprintTable();
        }
        newer.add(fingerprint, orderNumber);
    }

    /** The numbers of the orders that may have the key, the newest first. No other remembered order has it. */
    long[] candidates(String key) {
        long fingerprint = fingerprint(key);
        synchronized (this) {
            long[] ofNewer = newer.find(fingerprint);
            long[] ofOlder = older.find(fingerprint);
            if (ofNewer.length + ofOlder.length == 0) {
                return ofNewer; // as for nearly all keys
            }
            return LongStream.concat(LongStream.of(ofNewer), LongStream.of(ofOlder))
                    .map(number -> -number)
                    .sorted()
                    .map(number -> -number)
                    .toArray();
        }
    }

    /** FNV-1a over the characters, then the finalizer of MurmurHash3, which spreads each difference over all bits. */
    private long fingerprint(String key) {
        long hash = seed;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /** Numbers by fingerprint, several for one: a hash table in two arrays, with linear probing. Not thread-safe. */
    private static final class FingerprintTable {
        private static final long[] NONE = {};

        private long[] fingerprints = new long[1024];
        private long[] numbers = new long[1024]; // 0: the slot is empty
        private int count;

        /** @param number 1 or more */
        void add(long fingerprint, long number) {
            if (2 * count >= numbers.length) {
                grow();
            }
            put(fingerprint, number);
            count++;
        }

        /** All numbers that were added with the fingerprint. */
        long[] find(long fingerprint) {
            long[] found = NONE;
            for (int slot = slot(fingerprint); numbers[slot] != 0; slot = next(slot)) {
                if (fingerprints[slot] == fingerprint) {
                    found = Arrays.copyOf(found, found.length + 1);
                    found[found.length - 1] = numbers[slot];
                }
            }
            return found;
        }

        private void put(long fingerprint, long number) {
            int slot = slot(fingerprint);
            while (numbers[slot] != 0) {
                slot = next(slot);
            }
            fingerprints[slot] = fingerprint;
            numbers[slot] = number;
        }

        private void grow() {
            long[] oldFingerprints = fingerprints;
            long[] oldNumbers = numbers;
            long[] twiceAsMany = new long[2 * oldNumbers.length]; // both arrays or none, if there is no memory
            numbers = new long[2 * oldNumbers.length];
            fingerprints = twiceAsMany;
            for (int slot = 0; slot < oldNumbers.length; slot++) {
                if (oldNumbers[slot] != 0) {
                    put(oldFingerprints[slot], oldNumbers[slot]);
                }
            }
        }

        private int slot(long fingerprint) {
            return (int) fingerprint & (numbers.length - 1);
        }

        private int next(int slot) {
            return (slot + 1) & (numbers.length - 1);
        }
    }
}
