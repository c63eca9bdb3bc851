package toystore.durable;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a segment from its start and checks every line: the one place that tells a torn tail from damage.
 *
 * <p>A process that ends at any moment, and a power cut, leave a last segment that ends with {@linkplain Preallocation
 * blanks}. Behind its last sound line there are
 *
 * <pre>
 *   only blanks                                        every append was written to its end
 *   a faulty line that ends with blanks                torn tail: a line was not written to its end
 *   a faulty line with a blank sector, and lines       torn tail: a power cut took some sectors of a batch, and left others
 *     of the same batch
 *   a faulty line, and a sound one of a later batch    damage
 *   a faulty line without a blank sector, and a        damage
 *     sound one
 *   a faulty line that begins with a sound record      damage: the record was written to its end and lost its line feed
 *   nothing, or a faulty line without blanks           damage: the end of the file was cut off
 *   more than a batch and its blanks can be            damage
 * </pre>
 *
 * One batch is forced before the next one is written, so all of a torn tail belongs to one batch, and nobody was told that its
 * records are safe. Damage may be to records that somebody was told are safe. Any one bit that flips in a record or in a line
 * feed is damage, but for one case: within the very last record, before its line feed, it cannot be told from a torn write; nor
 * can sectors of the very last batch that turn blank. If a power cut takes so little of a batch's first sector that no blanks show
 * there, and leaves what is behind it, that counts as damage too: better to ask than to guess.
 */
final class SegmentScan {
    /** Bytes behind the last sound record, at most. */
    static final int LONGEST_TAIL = LogLine.MAX_BYTES + Preallocation.BYTES;

    private final Path path;
    private final LineScanner lines;
    private final LogHeader header;
    private long last;
    private long end;
    private long digest;
    private String fault;
    private long tornEnd; // where the torn tail ends, if there is one
    private boolean endsWithBlank; // the file

    /** Takes note of a sound record. Its line is good until the visitor returns. */
    interface Visitor {
        void record(long number, LineScanner line, long digest) throws IOException;
    }

    /** Reads the header. */
    SegmentScan(Path path, StoredFile file) throws IOException {
        this.path = path;
        this.lines = new LineScanner(file, 0);
        if (!lines.next() || !lines.isWhole()) {
            throw new DamagedLogException(path, 0, "the file ends within its header");
        }
        String headerFault = lines.fault();
        if (headerFault != null) {
            throw new DamagedLogException(path, 0, headerFault);
        }
        this.header = LogHeader.read(path, lines.json());
        this.last = header.first() - 1;
        this.end = lines.endOffset();
        this.digest = header.digestBefore();
    }

    /** The header of the segment, and no more than that. */
    static LogHeader header(Storage storage, Path path) throws IOException {
        try (StoredFile file = storage.openToRead(path)) {
            return new SegmentScan(path, file).header();
        }
    }

    /**
     * Visits the records, up to the blanks, a torn tail or the end of the file. To be called once.
     *
     * @throws DamagedLogException if there is damage, but for an end that was cut off: see {@link #requireBlanks}
     */
    void run(Visitor visitor) throws IOException {
        while (lines.next()) {
            if (lines.isBlank()) {
                endsWithBlank = true;
                return;
            }
            fault = lines.fault();
            if (fault != null) {
                requireTorn();
                return;
            }
            last++;
            digest = LogDigest.next(digest, lines.checksum());
            visitor.record(last, lines, digest);
            end = lines.endOffset();
        }
    }

    /** @throws DamagedLogException if the segment, which is the last one, does not end with the blanks that it should have */
    void requireBlanks() throws DamagedLogException {
        long tail = lines.endOffset() - end;
        if (tail > LONGEST_TAIL) {
            throw new DamagedLogException(
                    path,
                    end,
                    tail + " bytes follow the last record that is sound; a crash leaves " + LONGEST_TAIL + " at most");
        }
        if (!endsWithBlank) {
            throw new DamagedLogException(
                    path,
                    end,
                    (fault == null ? "" : fault + ", and ")
                            + "the file ends without the blanks that follow the last record: its end was cut off."
                            + " Restore the file; or, to go on without what is missing, add a tab to its end");
        }
    }

    /** @throws DamagedLogException if the segment, which is sealed, does not end with record {@code expected} */
    void requireSealed(long expected) throws DamagedLogException {
        if (fault != null) {
            throw new DamagedLogException(path, end, fault + ", and another segment follows");
        }
        if (last != expected) {
            throw new DamagedLogException(
                    path, end, "the segment ends with record " + last + " but the next begins with " + (expected + 1));
        }
    }

    LogHeader header() {
        return header;
    }

    /** Number of the last sound record; one less than the first if there is none. */
    long last() {
        return last;
    }

    /** {@linkplain LogDigest Of the log} up to the last sound record. */
    long digest() {
        return digest;
    }

    /** Where the sound lines end. */
    long end() {
        return end;
    }

    /** What is wrong with the torn tail, or {@code null} if there is none. */
    String fault() {
        return fault;
    }

    boolean endsWithBlank() {
        return endsWithBlank;
    }

    /** Bytes in the torn tail; 0 if there is none. */
    long tornBytes() {
        return fault == null ? 0 : tornEnd - end;
    }

    private void requireTorn() throws IOException {
        DamagedLogException runsOn = null;
        boolean unwritten = lines.soundStart() < 0 && lines.hasBlankSector();
        do {
            tornEnd = lines.isBlank() ? tornEnd : lines.writtenEnd();
            endsWithBlank = lines.endsWithBlank();
            boolean isSound = lines.fault() == null;
            int sound = isSound ? -1 : lines.soundStart();
            if ((isSound || sound >= 0) && lines.batchOffset() > end) {
                throw new DamagedLogException(path, end, fault + ", and sound records of a later batch follow");
            }
            if (unwritten) {
                continue;
            }
            if (isSound) {
                throw new DamagedLogException(path, end, fault + ", and sound records follow");
            }
            if (sound >= 0) {
                String reason = fault + "; a sound record of " + sound + " bytes is there, but no line feed after it";
                runsOn = new DamagedLogException(path, lines.offset(), reason);
            }
        } while (lines.next());
        if (runsOn != null) {
            throw runsOn;
        }
    }
}
