package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a log: sealed segments, and the active one, which is the last and ends with {@linkplain Preallocation blanks}.
 * Any thread may read; one thread adds.
 *
 * <p><b>Recovery.</b> When they are opened, the headers of all are checked, and every line of the last one (see {@link
 * SegmentScan}). Damage is refused. A torn tail is copied to another file, and the segment is replaced by one without it. What
 * was only read does not count as on disk: whoever wrote it may have been killed before the force, or the disk may have
 * refused it, which leaves it in the page cache as if it had been written. So the last records, as many as a batch can have,
 * are written again, with the same bytes, and forced.
 */
final class Segments implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Segments.class);
    private static final int CHUNK = 1 << 16;

    private final Storage storage;
    private final SegmentNames names;
    private final long segmentBytes;
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>(); // by first number

    // These belong to the thread that adds.
    private Segment active;
    private SparseIndex index; // of the active segment
    private StoredFile file; // the active segment
    private long size; // of the active segment, blanks included

    private Segments(Storage storage, SegmentNames names, long segmentBytes) {
        this.storage = storage;
        this.names = names;
        this.segmentBytes = segmentBytes;
    }

    /** Opens the log's files; makes the first one if there is none. */
    static Segments open(Storage storage, SegmentNames names, long segmentBytes) throws IOException {
        Segments opened = new Segments(storage, names, segmentBytes);
        NavigableSet<Long> firsts = names.firsts();
        try {
            if (firsts.isEmpty()) {
                opened.begin(LogHeader.ofNewLog());
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
        return lastSegment().header().log();
    }

    /** The file that records are added to. */
    Path path() {
        return lastSegment().path();
    }

    /** Number of the last record; 0 if there is none. To be asked by the thread that adds. */
    long last() {
        return active.header().first() + index.records() - 1;
    }

    /**
     * Adds a batch behind what is there. Returns when it is on disk; if it fails, nothing may be added again.
     *
     * @param records whose lines have {@value LogLine#MAX_BYTES} bytes together, at most: so much is written again by a recovery
     */
    void add(List<byte[]> records) throws IOException {
        byte[] lines = LogLine.batch(records);
        if (index.end() + lines.length >= size) { // a blank must be left
            preallocate(lines.length);
        }
        file.writeAll(ByteBuffer.wrap(lines), index.end()); // Commit
        int at = 0;
        for (byte[] json : records) {
            index.add(LogLine.size(json), LogLine.checksum(lines, at));
            at += LogLine.size(json);
        }
    }

    private void preallocate(int atLeast) throws IOException {
        byte[] blanks = Preallocation.blanks(atLeast);
        file.writeAll(ByteBuffer.wrap(blanks), index.end());
        size = index.end() + blanks.length;
    }

    /** Goes on with a new segment if the active one is full. */
    void sealIfFull() throws IOException {
        if (index.end() < segmentBytes || index.records() == 0) {
            return;
        }
        long end = index.end();
        active.seal();
        try (StoredFile sealed = file) {
            begin(active.header().next(last() + 1, index.digest()));
            sealed.truncate(end); // only now: the last segment ends with blanks at every moment
        }
    }

    /** Reads records from one on, up to {@code most}; all of these must be there. */
    List<LogRecord> read(long from, int most) throws IOException {
        List<LogRecord> records = new ArrayList<>();
        while (records.size() < most) {
            long next = from + records.size();
            int before = records.size();
            segments.floorEntry(next).getValue().read(next, most - before, records);
            if (records.size() == before) {
                throw new IOException("record " + next + " of " + names.segment(next) + " is not there");
            }
        }
        return records;
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

    private void begin(LogHeader header) throws IOException {
        byte[] line = LogLine.of(header.json());
        Path path = names.segment(header.first());
        AtomicFile.create(storage, path, out -> {
            out.write(line);
            out.write(Preallocation.blanks(0));
        });
        file = storage.open(path);
        activate(header, new SparseIndex(line.length, header.digestBefore()));
    }

    private void activate(LogHeader header, SparseIndex places) throws IOException {
        index = places;
        active = Segment.active(storage, names, header, places);
        size = file.size();
        segments.put(header.first(), active);
    }

    /** Enters all segments but the last; returns the path of that one. */
    private Path readHeaders(NavigableSet<Long> firsts) throws IOException {
        LogHeader before = null;
        for (long first : firsts) {
            Path path = names.segment(first);
            LogHeader header = SegmentScan.header(storage, path);
            header.requirePlace(path, first, before);
            if (before != null) {
                long records = first - before.first();
                segments.put(before.first(), Segment.sealed(storage, names, before, records));
            }
            before = header;
        }
        return names.segment(firsts.last());
    }

    private void recover(Path path) throws IOException {
        try {
            readAndWriteAgain(path);
            trimSealed();
        } catch (DamagedLogException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    path + " could not be recovered, which takes room for a megabyte: " + e.getMessage(), e);
        }
    }

    private void readAndWriteAgain(Path path) throws IOException {
        file = storage.open(path);
        SegmentScan scan = new SegmentScan(path, file);
        SparseIndex places = new SparseIndex(scan.end(), scan.header().digestBefore());
        scan.run((number, line, digest) -> places.add(line.size(), line.checksum()));
        scan.requireBlanks();
        if (scan.fault() != null) {
            setTailAside(path, scan);
        }
        writeTailAgain(scan.end());
        storage.forceFolder(path.toAbsolutePath().getParent());
        activate(scan.header(), places);
    }

    /** Blanks that a crash left at the end of the segment before the last one: without that one, it would look whole. */
    private void trimSealed() throws IOException {
        Map.Entry<Long, Segment> before = segments.lowerEntry(active.header().first());
        if (before == null) {
            return;
        }
        try (StoredFile sealed = storage.open(before.getValue().path())) {
            long length = sealed.size();
            ByteBuffer tail = ByteBuffer.allocate((int) Math.min(length, SegmentScan.LONGEST_TAIL));
            sealed.readAll(tail, length - tail.capacity());
            int written = Preallocation.startOfBlanks(tail.array(), 0, tail.capacity());
            if (written < tail.capacity()) {
                sealed.truncate(length - tail.capacity() + written);
            }
        }
    }

    /** The segment is replaced in one step, as there is no moment when it may end without blanks. */
    private void setTailAside(Path path, SegmentScan scan) throws IOException {
        Path aside = SegmentNames.tornTail(path, scan.end());
        AtomicFile.create(storage, aside, out -> copy(scan.end(), scan.end() + scan.tornBytes(), out));
        AtomicFile.replace(storage, path, out -> {
            copy(0, scan.end(), out);
            out.write(Preallocation.blanks(0));
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
                aside);
    }

    private void copy(long from, long to, OutputStream out) throws IOException {
        for (long at = from; at < to; at += CHUNK) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, to - at));
            file.readAll(chunk, at);
            out.write(chunk.array());
        }
    }

    private void writeTailAgain(long end) throws IOException {
        long from = Math.max(0, end - LogLine.MAX_BYTES);
        byte[] blanks = Preallocation.blanks(0);
        ByteBuffer tail = ByteBuffer.allocate((int) (end - from) + blanks.length);
        file.readAll(tail.limit((int) (end - from)), from);
        tail.limit(tail.capacity());
        tail.put(blanks);
        file.writeAll(tail.flip(), from);
        file.force(); // its length
    }
}
