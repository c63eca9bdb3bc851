package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;

/**
 * Where the records of a segment lie: the offset of every 64th of them, so that ten million records take up little
 * more than a megabyte. Records are counted from 0 here. Thread-safe.
 */
final class SparseIndex {
    static final int RECORDS_PER_BLOCK = 64;

    @GuardedBy("this")
    private long[] starts; // starts[b] is where the record begins that is the b * 64th

    @GuardedBy("this")
    private int records;

    @GuardedBy("this")
    private long end;

    /** Up to 64 records, one behind the other: the {@code first} of them and its place, and the bytes of all. */
    record Block(int first, long start, int size) {}

    SparseIndex(long headerEnd) {
        this(new long[16], 0, headerEnd);
    }

    private SparseIndex(long[] starts, int records, long end) {
        this.starts = starts;
        this.records = records;
        this.end = end;
    }

    /** The index that had these {@link #starts()}; {@code null} if there cannot be such a one. */
    static SparseIndex of(long[] starts, int records, long end) {
        boolean plausible = records >= 0 && starts.length == blocks(records);
        for (int b = 0; plausible && b < starts.length; b++) {
            long least = b == 0 ? 1 : starts[b - 1] + 1;
            plausible = starts[b] >= least && starts[b] < end;
        }
        return plausible ? new SparseIndex(starts.clone(), records, end) : null;
    }

    /** Adds the record behind the last one. */
    synchronized void add(int size) {
        if (records % RECORDS_PER_BLOCK == 0) {
            int block = records / RECORDS_PER_BLOCK;
            if (block == starts.length) {
                starts = Arrays.copyOf(starts, block * 2);
            }
            starts[block] = end;
        }
        end += size;
        records++;
    }

    synchronized int records() {
        return records;
    }

    /** Where the next record will begin. */
    synchronized long end() {
        return end;
    }

    /** The block that has the record. */
    synchronized Block block(int index) {
        int block = index / RECORDS_PER_BLOCK;
        long blockEnd = block + 1 < blocks(records) ? starts[block + 1] : end;
        return new Block(block * RECORDS_PER_BLOCK, starts[block], (int) (blockEnd - starts[block]));
    }

    synchronized long[] starts() {
        return Arrays.copyOf(starts, blocks(records));
    }

    private static int blocks(int records) {
        return (records + RECORDS_PER_BLOCK - 1) / RECORDS_PER_BLOCK;
    }
}
