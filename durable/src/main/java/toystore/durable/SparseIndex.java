package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Offsets of every 64th record of a segment, and the digest of the log before each of these. Thread-safe.
 *
 * <p>Ten million records take 2.5 megabytes. Records are counted from 0 here.
 *
 * <p>The index of a sealed segment is kept in a file of one line in {@link SegmentFormat}, with the JSON
 *
 * <pre>
 *   {"size":67108900,"records":400000,"starts":[115,9715, …],"digests":[0,-71 …, …]}
 *
 *   size      bytes of the segment up to the end of its last record
 *   records   in the segment
 *   starts    offset of every 64th record
 *   digests   of the log before each of these, as signed numbers
 * </pre>
 *
 * The file holds nothing that the segment does not hold; it saves reading the segment.
 */
final class SparseIndex {
    static final int RECORDS_PER_BLOCK = 64;

    private static final Logger log = LoggerFactory.getLogger(SparseIndex.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    @GuardedBy("this")
    private long[] starts; // starts[b] is the offset of record b * 64

    @GuardedBy("this")
    private long[] digests; // digests[b] is the digest of the log before that record

    @GuardedBy("this")
    private int records;

    @GuardedBy("this")
    private long end;

    @GuardedBy("this")
    private long digest; // of the log up to the last record; unknown if the index was read from a file

    /**
     * Up to 64 consecutive records.
     *
     * @param first of them
     * @param start offset of the first
     * @param size bytes of all of them
     * @param digestBefore of the log, before the first
     */
    record Block(int first, long start, int size, long digestBefore) {}

    private record FileContents(long size, int records, long[] starts, long[] digests) {
        boolean isPlausible() {
            boolean plausible = records >= 0
                    && starts != null
                    && digests != null
                    && starts.length == blocks(records)
                    && digests.length == starts.length;
            for (int b = 0; plausible && b < starts.length; b++) {
                long least = b == 0 ? 1 : starts[b - 1] + 1;
                plausible = starts[b] >= least && starts[b] < size;
            }
            return plausible;
        }
    }

    /** The index of a segment without records, whose header ends at {@code headerEnd}. */
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

    /**
     * Adds the record after the last one.
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

    /** The offset of the next record. */
    synchronized long end() {
        return end;
    }

    /** The digest of the log up to the last record. Not for an index that was read from a file. */
    synchronized long digest() {
        return digest;
    }

    /** The block of the record. */
    synchronized Block block(int index) {
        int block = index / RECORDS_PER_BLOCK;
        long blockEnd = block + 1 < blocks(records) ? starts[block + 1] : end;
        return new Block(block * RECORDS_PER_BLOCK, starts[block], (int) (blockEnd - starts[block]), digests[block]);
    }

    void write(Storage storage, Path file) throws IOException {
        byte[] line = SegmentFormat.lineOf(MAPPER.writeValueAsBytes(fileContents()));
        AtomicFile.replace(storage, file, out -> out.write(line));
    }

    private synchronized FileContents fileContents() {
        int blocks = blocks(records);
        return new FileContents(end, records, Arrays.copyOf(starts, blocks), Arrays.copyOf(digests, blocks));
    }

    /**
     * Reads an index file.
     *
     * @param size bytes of the segment, perhaps with blanks at its end
     * @param records in the segment
     * @return {@code null} if the file is missing, cannot be read, is damaged, or does not fit such a segment
     */
    static SparseIndex read(Path file, long size, long records) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            log.warn("{} cannot be read, and is not needed: {}", file, e.toString());
            return null;
        }
        int length = bytes.length - 1; // without the line feed
        if (length < 0 || SegmentFormat.faultOf(bytes, 0, length) != null) {
            return null;
        }
        try {
            FileContents found = MAPPER.readValue(SegmentFormat.json(bytes, 0, length), FileContents.class);
            boolean fits = found.size() <= size && found.records() == records && found.isPlausible();
            return fits ? new SparseIndex(found.starts(), found.digests(), found.records(), found.size()) : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static int blocks(int records) {
        return (records + RECORDS_PER_BLOCK - 1) / RECORDS_PER_BLOCK;
    }
}
