package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;

/**
 * Where the records of a segment lie: the offset of every 64th of them and the log's digest before it, so that ten million
 * records take up 2.5 megabytes. Records are counted from 0 here. Thread-safe.
 */
final class SparseIndex {
    static final int RECORDS_PER_BLOCK = 64;

    @GuardedBy("this")
    private long[] starts; // starts[b] is where the record begins that is the b * 64th

    @GuardedBy("this")
    private long[] digests; // digests[b] is that of the log before that record

    @GuardedBy("this")
    private int records;

    @GuardedBy("this")
    private long end;

    @GuardedBy("this")
    private long digest; // of the log up to the last record; not known if the index was loaded

    /**
     * Up to 64 records, one behind the other.
     *
     * @param first of them
     * @param start where it begins
     * @param size bytes of all of them
     * @param digestBefore of the log, before the first
     */
    record Block(int first, long start, int size, long digestBefore) {}

    /** Of a segment without records, whose header ends there. */
    SparseIndex(long headerEnd, long digestBefore) {
        this(new long[16], new long[16], 0, headerEnd);
        this.digest = digestBefore;
    }

    private SparseIndex(long[] starts, long[] digests, int records, long end) {
        this.starts = starts;
        this.digests = digests;
        this.records = records;
        this.end = end;
    }

    /** The index that had these {@link #starts()} and {@link #digests()}; {@code null} if there cannot be such a one. */
    static SparseIndex of(long[] starts, long[] digests, int records, long end) {
        boolean plausible = records >= 0
                && starts != null
                && digests != null
                && starts.length == blocks(records)
                && digests.length == starts.length;
        for (int b = 0; plausible && b < starts.length; b++) {
            long least = b == 0 ? 1 : starts[b - 1] + 1;
            plausible = starts[b] >= least && starts[b] < end;
        }
        return plausible ? new SparseIndex(starts.clone(), digests.clone(), records, end) : null;
    }

    /**
     * Adds the record behind the last one.
     *
     * @param size bytes of its line
     * @param checksum of its line
     */
    synchronized void add(int size, int checksum) {
        if (records % RECORDS_PER_BLOCK == 0) {
            int block = records / RECORDS_PER_BLOCK;
            if (block == starts.length) {
                starts = Arrays.copyOf(starts, block * 2);
                digests = Arrays.copyOf(digests, block * 2);
            }
            starts[block] = end;
            digests[block] = digest;
        }
        digest = LogDigest.next(digest, checksum);
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

    /** Of the log up to the last record. For an index that records were added to. */
    synchronized long digest() {
        return digest;
    }

    /** The block that has the record. */
    synchronized Block block(int index) {
        int block = index / RECORDS_PER_BLOCK;
        long blockEnd = block + 1 < blocks(records) ? starts[block + 1] : end;
        return new Block(block * RECORDS_PER_BLOCK, starts[block], (int) (blockEnd - starts[block]), digests[block]);
    }

    synchronized long[] starts() {
        return Arrays.copyOf(starts, blocks(records));
    }

    synchronized long[] digests() {
        return Arrays.copyOf(digests, blocks(records));
    }

    private static int blocks(int records) {
        return (records + RECORDS_PER_BLOCK - 1) / RECORDS_PER_BLOCK;
    }
}
