package toystore.durable;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a segment from its start and checks every line: the one place that tells a torn tail from damage.
 *
 * <p>A <em>torn tail</em> is what a process leaves that stops while it writes: a last line that is cut off or has a
 * wrong checksum, or one in which the {@link Room} shows that was there before, and all that is behind that: one batch
 * is forced before the next one is written, so it belongs to the same. Nobody was told that these records are safe.
 * Everything else that is wrong is <em>damage</em> to what somebody may have been told is safe:
 *
 * <ul>
 *   <li>a faulty line with a sound one after it: the tail was not torn there;
 *   <li>a faulty line that begins with a sound record and runs on: that record was written to its end, and then lost
 *       its line feed; a write that is torn leaves nothing but room behind the place where it was torn.
 * </ul>
 *
 * So any one bit that flips in a record or in a line feed is taken for damage, but for one case: within the very last
 * record, before its line feed, it cannot be told from a torn write. What is gone without a trace, whole lines from
 * the end of the last segment, cannot be noticed here at all. If a power cut takes so little of a batch's first sector
 * that no room shows there, and leaves what is behind it, that counts as damage too: better to ask than to guess.
 */
final class SegmentScan {
    private final Path path;
    private final LineScanner lines;
    private final LogHeader header;
    private long last;
    private long end;
    private String fault;
    private long writtenEnd; // where the torn tail ends, if there is one

    /** Takes note of a sound record. Its line is good until the visitor returns. */
    interface Visitor {
        void record(long number, LineScanner line) throws IOException;
    }

    /** Reads the header. */
    SegmentScan(Path path, StoredFile file) throws IOException {
        this.path = path;
        this.lines = new LineScanner(file, 0);
        if (!lines.next() || !lines.whole()) {
            throw new DamagedLogException(path, 0, "the file ends within its header");
        }
        String headerFault = lines.fault();
        if (headerFault != null) {
            throw new DamagedLogException(path, 0, headerFault);
        }
        this.header = LogHeader.read(path, lines.json());
        this.last = header.first() - 1;
        this.end = lines.endOffset();
    }

    /** The header of the segment, and no more than that. */
    static LogHeader header(Storage storage, Path path) throws IOException {
        try (StoredFile file = storage.openToRead(path)) {
            return new SegmentScan(path, file).header();
        }
    }

    /**
     * Visits the records, up to the end of the file or a torn tail. To be called once.
     *
     * @throws DamagedLogException if there is damage
     */
    void run(Visitor visitor) throws IOException {
        while (lines.next()) {
            if (lines.isRoom()) {
                return;
            }
            fault = lines.fault();
            if (fault != null) {
                requireTorn();
                return;
            }
            visitor.record(last + 1, lines);
            last++;
            end = lines.endOffset();
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

    /** Where the sound lines end. */
    long end() {
        return end;
    }

    /** What is wrong with the torn tail, or {@code null} if there is none. */
    String fault() {
        return fault;
    }

    /** Bytes in the torn tail; 0 if there is none. */
    long tornBytes() {
        return fault == null ? 0 : writtenEnd - end;
    }

    private void requireTorn() throws IOException {
        DamagedLogException runsOn = null;
        boolean unwritten = lines.soundStart() < 0 && lines.showsRoom();
        do {
            writtenEnd = lines.isRoom() ? writtenEnd : lines.writtenEnd();
            if (unwritten) {
                continue;
            }
            if (lines.fault() == null) {
                throw new DamagedLogException(path, end, fault + ", and sound records follow");
            }
            int sound = lines.soundStart();
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
