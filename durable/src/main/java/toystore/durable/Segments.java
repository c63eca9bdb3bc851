package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.durable.AppendLog.LogRecord;
import toystore.durable.SegmentFormat.Header;
import toystore.durable.Storage.StoredFile;

/**
 * The files of a log: sealed segments, and the active one, which is the last and ends with blanks ({@link
 * SegmentFormat}). Any thread may read; one thread at a time appends.
 *
 * <p><b>Recovery.</b> Opening the files checks the headers of all segments, and every line of the last one ({@link
 * SegmentScan}). Damage is refused. A torn tail is copied to another file, and the segment is replaced by one without
 * it. A record that was only read does not count as on disk: its process may have been killed before the force, or the
 * disk may have refused the record, which leaves it in the page cache as if it had been written. So the last records,
 * as many as a batch can have, are written again, with the same bytes, and forced.
 */
final class Segments implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Segments.class);
    private static final int CHUNK = 1 << 16;

    private final Storage storage;
    private final SegmentNames names;
    private final long segmentBytes;
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>(); // by first number

    private final RecentRecords recent = new RecentRecords();

    // Only the thread that appends uses these.
    private Segment active;
    private SparseIndex index; // of the active segment
    private StoredFile file; // the active segment
    private long size; // of the active segment, with its blanks
    private long sealedBytes; // of the segments before the active one
    private long tornBytes; // that recovery moved out of the log

    private Segments(Storage storage, SegmentNames names, long segmentBytes) {
        this.storage = storage;
        this.names = names;
        this.segmentBytes = segmentBytes;
    }

    /** Opens the files of the log; creates the first one if there is none. */
    static Segments open(Storage storage, SegmentNames names, long segmentBytes) throws IOException {
        Segments opened = new Segments(storage, names, segmentBytes);
        NavigableSet<Long> firsts = names.firsts();
        try {
            if (firsts.isEmpty()) {
                opened.begin(Header.ofNewLog());
            } else {
                opened.recover(opened.readHeaders(firsts));
            }
            return opened;
        } catch (IOException | RuntimeException | Error e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    String id() {
        return lastSegment().header.log();
    }

    /** The file of the active segment. */
    Path path() {
        return lastSegment().path;
    }

    /** The number of the last record; 0 if there is none. For the thread that appends. */
    long last() {
        return active.header.first() + index.records() - 1;
    }

    /** The size of all segments, without the blanks at the end of the active one. For the thread that appends. */
    long bytes() {
        return sealedBytes + index.end();
    }

    /** Bytes of the torn tail that was moved out of the log when it was opened; 0 if there was none. */
    long tornBytes() {
        return tornBytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void closeAfter(Throwable failure) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private Segment lastSegment() {
        return segments.lastEntry().getValue();
    }

    // --- append ---

    /**
     * Appends a batch. Returns when it is on disk; after a failure, nothing may be appended any more.
     *
     * @param records whose lines have {@value SegmentFormat#MAX_BYTES} bytes together, at most: recovery writes as many
     *     again
     */
    void append(List<byte[]> records) throws IOException {
        byte[] lines = SegmentFormat.batchOf(records);
        if (index.end() + lines.length >= size) { // one blank must be left
            preallocate(lines.length);
        }
        file.writeAll(ByteBuffer.wrap(lines), index.end()); // Commit: the write returns when it is on disk
        int at = 0;
        for (byte[] json : records) {
            index.add(SegmentFormat.lineLength(json), SegmentFormat.checksum(lines, at));
            recent.add(last(), new LogRecord(json, index.digest()));
            at += SegmentFormat.lineLength(json);
        }
    }

    private void preallocate(int atLeast) throws IOException {
        byte[] blanks = SegmentFormat.blanks(atLeast);
        file.writeAll(ByteBuffer.wrap(blanks), index.end());
        size = index.end() + blanks.length;
    }

    /** Begins a new segment if the active one is full. */
    void sealIfFull() throws IOException {
        if (index.end() < segmentBytes || index.records() == 0) {
            return;
        }
        long end = index.end();
        index.write(storage, active.indexFile);
        try (StoredFile sealed = file) {
            begin(active.header.next(last() + 1, index.digest()));
            sealed.truncate(end); // not earlier: the last segment must end with blanks at every moment
        }
        sealedBytes += end;
    }

    private void begin(Header header) throws IOException {
        byte[] line = header.line();
        Path path = names.segment(header.first());
        AtomicFile.create(storage, path, out -> {
            out.write(line);
            out.write(SegmentFormat.blanks(0));
        });
        file = storage.open(path);
        activate(header, new SparseIndex(line.length, header.digestBefore()));
    }

    private void activate(Header header, SparseIndex indexOfActive) throws IOException {
        index = indexOfActive;
        active = new Segment(storage, names, header, 0, index);
        size = file.size();
        segments.put(header.first(), active);
    }

    // --- recovery ---

    /** Enters all segments except the last; returns the path of the last. */
    private Path readHeaders(NavigableSet<Long> firsts) throws IOException {
        Header before = null;
        for (long first : firsts) {
            Path path = names.segment(first);
            Header header = SegmentScan.header(storage, path);
            header.requirePlace(path, first, before);
            if (before != null) {
                segments.put(before.first(), new Segment(storage, names, before, first - before.first(), null));
            }
            before = header;
        }
        return names.segment(firsts.last());
    }

    private void recover(Path path) throws IOException {
        try {
            recoverLast(path);
            trimSealed();
            for (Segment sealed : segments.headMap(active.header.first()).values()) {
                sealedBytes += Files.size(sealed.path);
            }
        } catch (DamagedLogException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    path + " could not be recovered, which takes room for a megabyte: " + e.getMessage(), e);
        }
    }

    private void recoverLast(Path path) throws IOException {
        file = storage.open(path);
        SegmentScan scan = new SegmentScan(path, file);
        SparseIndex found = new SparseIndex(scan.end(), scan.header().digestBefore());
        scan.run((number, line, digest) -> found.add(line.size(), line.checksum()));
        scan.requireBlanks();
        if (scan.fault() != null) {
            moveTornTail(path, scan);
            tornBytes = scan.tornBytes();
        }
        rewriteLastRecords(scan.end());
        storage.forceFolder(path.toAbsolutePath().getParent());
        activate(scan.header(), found);
    }

    /** The segment is replaced in one step, as it must end with blanks at every moment. */
    private void moveTornTail(Path path, SegmentScan scan) throws IOException {
        Path target = SegmentNames.tornTail(path, scan.end());
        AtomicFile.create(storage, target, out -> copy(scan.end(), scan.end() + scan.tornBytes(), out));
        AtomicFile.replace(storage, path, out -> {
            copy(0, scan.end(), out);
            out.write(SegmentFormat.blanks(0));
        });
        StoredFile torn = file;
        file = storage.open(path);
        torn.close();
        log.warn(
                "{} at byte {}: {}. A record was not written to its end: its {} bytes were moved to {}",
                path,
                scan.end(),
                scan.fault(),
                scan.tornBytes(),
                target);
    }

    private void copy(long from, long to, OutputStream out) throws IOException {
        for (long at = from; at < to; at += CHUNK) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, to - at));
            file.readAll(chunk, at);
            out.write(chunk.array());
        }
    }

    private void rewriteLastRecords(long end) throws IOException {
        long from = Math.max(0, end - SegmentFormat.MAX_BYTES);
        byte[] blanks = SegmentFormat.blanks(0);
        ByteBuffer tail = ByteBuffer.allocate((int) (end - from) + blanks.length);
        file.readAll(tail.limit((int) (end - from)), from);
        tail.limit(tail.capacity());
        tail.put(blanks);
        file.writeAll(tail.flip(), from);
        file.force(); // its length
    }

    /**
     * Removes blanks that a crash left at the end of the segment before the last one. If the last segment were missing,
     * the one before would look like it otherwise.
     */
    private void trimSealed() throws IOException {
        Map.Entry<Long, Segment> before = segments.lowerEntry(active.header.first());
        if (before == null) {
            return;
        }
        try (StoredFile sealed = storage.open(before.getValue().path)) {
            long length = sealed.size();
            ByteBuffer tail = ByteBuffer.allocate((int) Math.min(length, SegmentScan.LONGEST_TAIL));
            sealed.readAll(tail, length - tail.capacity());
            int written = SegmentFormat.startOfBlanks(tail.array(), 0, tail.capacity());
            if (written < tail.capacity()) {
                sealed.truncate(length - tail.capacity() + written);
            }
        }
    }

    // --- read ---

    /** Reads {@code count} records, all of which must exist. */
    List<LogRecord> read(long from, int count) throws IOException {
        List<LogRecord> records = new ArrayList<>();
        while (records.size() < count) {
            long next = from + records.size();
            LogRecord known = recent.get(next);
            if (known != null) {
                records.add(known);
                continue;
            }
            int before = records.size();
            segments.floorEntry(next).getValue().read(next, count, records);
            if (records.size() == before) {
                throw new IOException("record " + next + " of " + names.segment(next) + " is not there");
            }
        }
        return records;
    }

    /**
     * One file of the log, to read. Thread-safe. Every read opens the file, so that readers do not wait for each other.
     *
     * <p>The index of a sealed segment is read from its index file when it is first needed. If that file is missing or
     * wrong, the index is made from the segment, and the file is written again.
     */
    private static final class Segment {
        private final Storage storage;
        private final Path path;
        private final Path indexFile;
        private final Header header;
        private final long records; // if the segment was sealed when the log was opened

        @GuardedBy("this")
        private SparseIndex index; // null until it is needed

        /** @param index {@code null} for a sealed segment; the thread that appends adds to that of the active one */
        Segment(Storage storage, SegmentNames names, Header header, long records, SparseIndex index) {
            this.storage = storage;
            this.path = names.segment(header.first());
            this.indexFile = names.indexFile(header.first());
            this.header = header;
            this.records = records;
            this.index = index;
        }

        /** Adds the records from one on to {@code into}, until that has {@code count} or the segment ends. */
        void read(long from, int count, List<LogRecord> into) throws IOException {
            SparseIndex offsets = index();
            try (StoredFile file = storage.openToRead(path)) {
                int at = (int) (from - header.first());
                while (at < offsets.records() && into.size() < count) {
                    at = readBlock(file, offsets.block(at), at, count, into);
                }
            }
        }

        /** Reads a block, and adds its records from {@code at} on; returns the index of the next record. */
        private int readBlock(StoredFile file, SparseIndex.Block block, int at, int count, List<LogRecord> into)
                throws IOException {
            byte[] bytes = new byte[block.size()];
            file.readAll(ByteBuffer.wrap(bytes), block.start());
            int record = block.first();
            long digest = block.digestBefore();
            for (int start = 0; start < bytes.length && into.size() < count; record++) {
                int length = 0;
                while (start + length < bytes.length && bytes[start + length] != '\n') {
                    length++;
                }
                // Records before the first one wanted are checked, too: an extra line feed would go unnoticed
                // otherwise.
                String fault = SegmentFormat.faultOf(bytes, start, length);
                if (fault != null) {
                    throw new DamagedLogException(path, block.start() + start, fault);
                }
                digest = LogDigest.next(digest, SegmentFormat.checksum(bytes, start));
                if (record >= at) {
                    into.add(new LogRecord(SegmentFormat.json(bytes, start, length), digest));
                }
                start += length + 1;
            }
            return record;
        }

        /** Holds the lock while it makes an index, because all threads that wait for the lock need that index. */
        private synchronized SparseIndex index() throws IOException {
            if (index == null) {
                try (StoredFile file = storage.openToRead(path)) {
                    index = SparseIndex.read(indexFile, file.size(), records);
                    if (index == null) {
                        index = makeIndex(file);
                        writeIndexFile(index);
                    }
                }
            }
            return index;
        }

        private SparseIndex makeIndex(StoredFile file) throws IOException {
            SegmentScan scan = new SegmentScan(path, file);
            SparseIndex made = new SparseIndex(scan.end(), header.digestBefore());
            scan.run((number, line, digest) -> made.add(line.size(), line.checksum()));
            scan.requireSealed(header.first() + records - 1);
            return made;
        }

        /** A failure is only logged: a log without index files is sound. */
        private void writeIndexFile(SparseIndex made) {
            try {
                made.write(storage, indexFile);
                log.info("{} was missing or did not fit {}: it was made again", indexFile, path);
            } catch (IOException e) {
                log.warn("{} could not be made again from {}: {}", indexFile, path, e.toString());
            }
        }
    }
}
