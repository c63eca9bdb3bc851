package toystore.orders;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.SecureRandom;
import java.util.stream.LongStream;

/**
 * Which orders may have been placed with a key, for the newest orders: fingerprints of keys and order numbers, some 32
 * bytes a key. Two keys may have one fingerprint, so whoever asks must look at the orders. It remembers at least as
 * many as it was made for and at most twice as many: when its newer half is full, the older one is forgotten.
 * Thread-safe.
 */
final class KeyIndex {
    private final long seed = new SecureRandom().nextLong(); // so that nobody can make keys that collide
    private final int size;

    @GuardedBy("this")
    private FingerprintTable newer = new FingerprintTable();

    @GuardedBy("this")
    private FingerprintTable older = new FingerprintTable();

    /** @param size keys that it remembers at least */
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
        if (newer.count() >= size) {
            older = newer;
            newer = new FingerprintTable();
        }
        newer.add(fingerprint, orderNumber);
    }

    /** Numbers of orders that may have the key, the newest first; no other order that is remembered has it. */
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

    /** FNV-1a over the characters, then the finalizer of MurmurHash3, which spreads what it differs in over all bits. */
    private long fingerprint(String key) {
        long hash = seed;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
