package toystore.orders;

import java.util.Arrays;

/** Numbers by fingerprints, which may be equal: a hash table in two arrays, with linear probing. For one thread. */
final class FingerprintTable {
    private static final long[] NONE = {};

    private long[] fingerprints = new long[1024];
    private long[] numbers = new long[1024]; // 0: the slot is free
    private int count;

    /** Entries in it. */
    int count() {
        return count;
    }

    /** @param number 1 or more */
    void add(long fingerprint, long number) {
        if (2 * count >= numbers.length) {
            grow();
        }
        put(fingerprint, number);
        count++;
    }

    /** The numbers that were added with the fingerprint. */
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
        long[] twiceAsMany = new long[2 * oldNumbers.length]; // both or none, should there be no memory
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
