package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a log: sealed segments, and the active one, which is the last. Any thread may read; one thread adds.
 *
 * <p>When they are opened, the headers of all are checked, and every line of the last one. A torn tail of it (see
 * {@link SegmentScan}) is copied aside and cut off; damage is refused. The active one has {@link Room} behind its last
 * record.
 */
final class Segments implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Segments.class);

    private final Storage storage;
    private final SegmentNames names;
    private final long segmentBytes;
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>(); // by first number

    // These belong to the thread that adds.
    private Segment active;
    private SparseIndex index; // of the active segment
    private StoredFile file; // the active segment
    private long roomEnd; // of the active segment, which is its size
    private boolean failed; // what lies behind the last record is not known then

    private Segments(Storage storage, SegmentNames names, long segmentBytes) {
        this.storage = storage;
        this.names = names;
        this.segmentBytes = segmentBytes;
    }

    /** Opens the log's files; makes the first one if there is none. */
    static Segments open(Storage storage, SegmentNames names, long segmentBytes) throws IOException {
        Segments opened = new Segments(storage, names, segmentBytes);
        NavigableSet<Long> firsts = names.firsts();
        if (firsts.isEmpty()) {
            opened.begin(LogHeader.ofNewLog());
        } else {
            opened.goOn(firsts);
        }
        return opened;
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

    /** Adds lines behind those that are there. Returns when they are on disk; if it fails, nothing may be added again. */
    void add(List<byte[]> lines) throws IOException {
        int length = 0;
        for (byte[] line : lines) {
            length += line.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        lines.forEach(bytes::put);
        failed = true; // unless it says otherwise
        if (index.end() + length > roomEnd) {
            makeRoom(length);
        }
        file.writeAll(bytes.flip(), index.end()); // Commit
        failed = false;
        lines.forEach(line -> index.add(line.length));
    }

    private void makeRoom(int atLeast) throws IOException {
        byte[] room = Room.make(atLeast);
        file.writeAll(ByteBuffer.wrap(room), index.end());
        roomEnd = index.end() + room.length;
    }

    /** Goes on with a new segment if the active one is full. */
    void sealIfFull() throws IOException {
        if (index.end() < segmentBytes || index.records() == 0) {
            return;
        }
        StoredFile sealed = file;
        giveRoomBack();
        sealed.force();
        active.seal();
        begin(active.header().next(last() + 1));
        sealed.close();
    }

    /** Reads records from one on, up to {@code most}; all of these must be there. */
    List<byte[]> read(long from, int most) throws IOException {
        List<byte[]> records = new ArrayList<>();
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
        try {
            if (!failed && giveRoomBack()) {
                file.force();
            }
        } finally {
            file.close();
        }
    }

    /** Says whether there was any. */
    private boolean giveRoomBack() throws IOException {
        if (roomEnd == index.end()) {
            return false;
        }
        file.truncate(index.end());
        roomEnd = index.end();
        return true;
    }

    private Segment lastSegment() {
        return segments.lastEntry().getValue();
    }

    private void begin(LogHeader header) throws IOException {
        byte[] line = LogLine.of(header.json());
        Path path = names.segment(header.first());
        AtomicFile.replace(storage, path, out -> out.write(line));
        file = storage.open(path);
        activate(header, new SparseIndex(line.length));
    }

    private void activate(LogHeader header, SparseIndex places) throws IOException {
        index = places;
        active = Segment.active(storage, names, header, places);
        roomEnd = file.size();
        segments.put(header.first(), active);
    }

    private void goOn(NavigableSet<Long> firsts) throws IOException {
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
        Path last = names.segment(firsts.last());
        file = storage.open(last);
        try {
            recover(last);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Finds the end of the last segment. What is found counts as on disk from now on, so it is forced: whoever wrote it
     * may have been killed before its own force, and a power cut would take it away again.
     */
    private void recover(Path path) throws IOException {
        SegmentScan scan = new SegmentScan(path, file);
        SparseIndex places = new SparseIndex(scan.end());
        scan.run((number, line) -> places.add(line.size()));
        if (scan.fault() != null) {
            cutTail(path, scan);
        }
        file.force();
        storage.forceFolder(path.toAbsolutePath().getParent());
        activate(scan.header(), places);
    }

    private void cutTail(Path path, SegmentScan scan) throws IOException {
        long end = scan.end();
        ByteBuffer torn = ByteBuffer.allocate(Math.toIntExact(scan.tornBytes()));
        file.readAll(torn, end);
        Path aside = SegmentNames.tornTail(path, end);
        AtomicFile.replace(storage, aside, out -> out.write(torn.array()));
        file.truncate(end);
        file.force();
        log.warn(
                "{} at byte {}: {}. A record was not written to its end: its {} bytes were moved to {}",
                path,
                end,
                scan.fault(),
                torn.capacity(),
                aside);
    }
}
