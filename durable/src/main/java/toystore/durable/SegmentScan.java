package toystore.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import toystore.durable.SegmentFormat.Header;
import toystore.durable.Storage.StoredFile;

/**
 * Reads a segment from its start and checks every line: the one place that tells a torn tail from damage. Not
 * thread-safe.
 *
 * <p>A process that ends at any moment, and a power cut, leave a last segment that ends with blanks ({@link
 * SegmentFormat}). After its last sound line there are
 *
 * <pre>
 *   only blanks                                        every append was written completely
 *   a faulty line that ends with blanks                torn tail: a line was not written completely
 *   a faulty line with a blank sector, and lines       torn tail: a power cut lost some sectors of a batch, and not
 *     of the same batch                                others
 *   a faulty line, and a sound one of a later batch    damage
 *   a faulty line without a blank sector, and a        damage
 *     sound one
 *   a faulty line that begins with a sound record      damage: the record was written completely and lost its line feed
 *   nothing, or a faulty line without blanks           damage: the file was truncated
 *   more than a batch and its blanks can be            damage
 * </pre>
 *
 * One batch is forced before the next one is written, so all of a torn tail belongs to one batch, whose records were
 * not acknowledged. Damage may be to acknowledged records. Any one bit that flips in a record or in a line feed is
 * damage, with one exception: within the very last record, before its line feed, it cannot be told from a torn write.
 * Nor can sectors of the very last batch that turn blank. If a power cut loses so little of a batch's first sector that
 * no blanks show there, and keeps the lines behind it, that counts as damage too: a person decides then.
 */
final class SegmentScan {
    /** The limit for the bytes after the last sound record. */
    static final int LONGEST_TAIL = SegmentFormat.MAX_BYTES + SegmentFormat.BLANKS;

    private final Path path;
    private final Lines lines;
    private final Header header;
    private long last;
    private long end;
    private long digest;
    private String fault;
    private long tornEnd; // end of the torn tail, if there is one
    private boolean endsWithBlank; // the file

    /** Receives the sound records. */
    interface Visitor {
        /** Receives a record; its line is valid until this method returns. */
        void record(long number, Lines line, long digest) throws IOException;
    }

    /** Reads the header. */
    SegmentScan(Path path, StoredFile file) throws IOException {
        this.path = path;
        this.lines = new Lines(file);
        if (!lines.next() || !lines.isWhole()) {
            throw new DamagedLogException(path, 0, "the file ends within its header");
        }
        String headerFault = lines.fault();
        if (headerFault != null) {
            throw new DamagedLogException(path, 0, headerFault);
        }
        this.header = Header.parse(path, lines.json());
        this.last = header.first() - 1;
        this.end = lines.endOffset();
        this.digest = header.digestBefore();
    }

    /** Reads only the header of a segment. */
    static Header header(Storage storage, Path path) throws IOException {
        try (StoredFile file = storage.openToRead(path)) {
            return new SegmentScan(path, file).header();
        }
    }

    /**
     * Visits the records, up to the blanks, a torn tail or the end of the file. May be called once.
     *
     * @throws DamagedLogException if there is damage, except a truncated end: see {@link #requireBlanks}
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

    /** @throws DamagedLogException if the segment, which is the last one, does not end with blanks as it should */
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

    Header header() {
        return header;
    }

    /** The number of the last sound record; one less than the first if there is none. */
    long last() {
        return last;
    }

    /** {@linkplain LogDigest Of the log} up to the last sound record. */
    long digest() {
        return digest;
    }

    /** The offset where the sound lines end. */
    long end() {
        return end;
    }

    /** The fault of the torn tail; {@code null} if there is none. */
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

    /** Reads on from a faulty line, and throws if it is damage: see the table above. */
    private void requireTorn() throws IOException {
        DamagedLogException lostLineFeed = null;
        boolean hasLostSectors = lines.soundStart() < 0 && lines.hasBlankSector();
        do {
            tornEnd = lines.isBlank() ? tornEnd : lines.writtenEnd();
            endsWithBlank = lines.endsWithBlank();
            boolean isSound = lines.fault() == null;
            int soundBytes = isSound ? -1 : lines.soundStart();
            if ((isSound || soundBytes >= 0) && lines.batchOffset() > end) {
                throw new DamagedLogException(path, end, fault + ", and sound records of a later batch follow");
            }
            if (hasLostSectors) {
                continue;
            }
            if (isSound) {
                throw new DamagedLogException(path, end, fault + ", and sound records follow");
            }
            if (soundBytes >= 0) {
                String reason =
                        fault + "; a sound record of " + soundBytes + " bytes is there, but no line feed after it";
                lostLineFeed = new DamagedLogException(path, lines.offset(), reason);
            }
        } while (lines.next());
        if (lostLineFeed != null) {
            throw lostLineFeed;
        }
    }

    /**
     * The lines of a file, one at a time.
     *
     * <p>The buffer holds a line until the next one is read, but of a line that is longer than any record only the
     * beginning: so no file takes more memory than a record does. After the end of the file was found, bytes that are
     * added to the file are not read: they may be the rest of a line that was visited as incomplete.
     */
    static final class Lines {
        private static final int INITIAL_BUFFER = 1 << 18;
        private static final int CHUNK = 1 << 16;

        private final StoredFile file;
        private byte[] buffer = new byte[INITIAL_BUFFER];
        private int filled;
        private long bufferOffset; // of the buffer in the file
        private int start; // of the line in the buffer
        private int end; // of the line's bytes in the buffer; if these are all of it, its line feed is there
        private long lineEnd; // in the file, after the line feed
        private long writtenEnd; // in the file, before the line feed or the blanks at the end of the line
        private boolean whole; // it has a line feed
        private boolean atEnd;

        private Lines(StoredFile file) {
            this.file = file;
        }

        /** Reads the next line; returns {@code false} at the end of the file. */
        private boolean next() throws IOException {
            goTo(lineEnd);
            for (end = start; ; end++) {
                if (end == filled && !fill()) {
                    return endOfFile();
                }
                if (buffer[end] == '\n') {
                    whole = true;
                    lineEnd = bufferOffset + end + 1;
                    writtenEnd = lineEnd - 1;
                    return true;
                }
                if (end - start == SegmentFormat.MAX_BYTES) {
                    skipToLineFeed();
                    return true;
                }
            }
        }

        /** Returns whether the line ends with a line feed. */
        private boolean isWhole() {
            return whole;
        }

        /** Returns whether the line has no line feed, and consists of blanks. */
        private boolean isBlank() {
            return !whole && writtenEnd == offset();
        }

        /** Returns whether the line has no line feed, and ends with a blank. */
        private boolean endsWithBlank() {
            return !whole && writtenEnd < lineEnd;
        }

        /** The offset of the line in the file. */
        long offset() {
            return bufferOffset + start;
        }

        /** The offset of the next line. */
        private long endOffset() {
            return lineEnd;
        }

        /** The offset of the next line, or of the blanks at the end of the file. */
        private long writtenEnd() {
            return whole ? lineEnd : writtenEnd;
        }

        /** Bytes in a sound line, with its line feed. */
        int size() {
            return (int) (lineEnd - offset());
        }

        /** The fault of the line; {@code null} if it is valid. */
        private String fault() {
            String fault = SegmentFormat.faultOf(buffer, start, end - start);
            return whole || end - start == SegmentFormat.MAX_BYTES ? fault : "the line is cut off";
        }

        /** See {@link SegmentFormat#hasBlankSector}. */
        private boolean hasBlankSector() {
            return SegmentFormat.hasBlankSector(buffer, start, end, offset());
        }

        /** See {@link SegmentFormat#soundStart}. */
        private int soundStart() {
            return SegmentFormat.soundStart(buffer, start, end - start);
        }

        /** The JSON of a sound line. */
        byte[] json() {
            return SegmentFormat.json(buffer, start, end - start);
        }

        /** The offset of the batch of a sound line, or of the sound start of a faulty one. */
        private long batchOffset() {
            return offset() - SegmentFormat.batchDistance(buffer, start);
        }

        /** The checksum of a sound line. */
        int checksum() {
            return SegmentFormat.checksum(buffer, start);
        }

        private void goTo(long position) {
            long ahead = position - bufferOffset;
            if (ahead > filled) { // after a line that was skipped
                bufferOffset = position;
                filled = 0;
                ahead = 0;
            }
            start = (int) ahead;
        }

        private boolean endOfFile() {
            whole = false;
            lineEnd = bufferOffset + end;
            writtenEnd = bufferOffset + SegmentFormat.startOfBlanks(buffer, start, end);
            return end > start;
        }

        private void skipToLineFeed() throws IOException {
            whole = false;
            lineEnd = bufferOffset + end;
            writtenEnd = bufferOffset + SegmentFormat.startOfBlanks(buffer, start, end);
            byte[] chunk = new byte[CHUNK];
            for (int read = read(chunk, lineEnd); read > 0; read = read(chunk, lineEnd)) {
                for (int i = 0; i < read; i++) {
                    lineEnd++;
                    if (chunk[i] == '\n') {
                        whole = true;
                        writtenEnd = lineEnd - 1;
                        return;
                    }
                    writtenEnd = SegmentFormat.isBlank(chunk[i]) ? writtenEnd : lineEnd;
                }
            }
        }

        private int read(byte[] into, long position) throws IOException {
            int read = file.read(ByteBuffer.wrap(into), position);
            atEnd |= read < 0;
            return read;
        }

        /** Reads more bytes behind those in the buffer; returns {@code false} at the end of the file. */
        private boolean fill() throws IOException {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, filled - start);
                bufferOffset += start;
                filled -= start;
                end -= start;
                start = 0;
            } else if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
            int room = buffer.length - filled;
            int read = atEnd ? -1 : file.read(ByteBuffer.wrap(buffer, filled, room), bufferOffset + filled);
            atEnd = read < 0;
            filled += Math.max(read, 0);
            return !atEnd;
        }
    }
}
