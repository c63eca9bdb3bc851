package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a log, to read: a header line, then one line for each record. Thread-safe.
 *
 * <p>The index of a sealed segment is loaded when it is first needed, from its side file; if that is no good, from the
 * segment, and the side file is written anew. A file is opened for every read, so that readers are in nobody's way.
 */
final class Segment {
    private static final Logger log = LoggerFactory.getLogger(Segment.class);

    private final Storage storage;
    private final Path path;
    private final Path sideFile;
    private final LogHeader header;
    private final long sealedWith; // records, if it was sealed when it was opened

    @GuardedBy("this")
    private SparseIndex index; // null until it is needed

    private Segment(Storage storage, SegmentNames names, LogHeader header, long sealedWith, SparseIndex index) {
        this.storage = storage;
        this.path = names.segment(header.first());
        this.sideFile = names.sideFile(header.first());
        this.header = header;
        this.sealedWith = sealedWith;
        this.index = index;
    }

    static Segment sealed(Storage storage, SegmentNames names, LogHeader header, long records) {
        return new Segment(storage, names, header, records, null);
    }

    /** The segment that records are added to; whoever adds one enters it in the index once it is on disk. */
    static Segment active(Storage storage, SegmentNames names, LogHeader header, SparseIndex index) {
        return new Segment(storage, names, header, 0, index);
    }

    Path path() {
        return path;
    }

    LogHeader header() {
        return header;
    }

    /** Writes the side file of the active segment, which gets no more records. */
    void seal() throws IOException {
        SideFile.write(storage, sideFile, index());
    }

    /** Reads records from one on that it has, up to {@code most} of them or its end. */
    void read(long from, int most, List<byte[]> into) throws IOException {
        SparseIndex places = index();
        int wanted = into.size() + most;
        try (StoredFile file = storage.openToRead(path)) {
            int at = (int) (from - header.first());
            while (at < places.records() && into.size() < wanted) {
                at = readBlock(file, places.block(at), at, wanted, into);
            }
        }
    }

    /** Reads a block and takes from it the records from {@code at} on; returns where to go on. */
    private int readBlock(StoredFile file, SparseIndex.Block block, int at, int wanted, List<byte[]> into)
            throws IOException {
        byte[] bytes = new byte[block.size()];
        file.readAll(ByteBuffer.wrap(bytes), block.start());
        int index = block.first();
        for (int start = 0; start < bytes.length && into.size() < wanted; index++) {
            int length = 0;
            while (start + length < bytes.length && bytes[start + length] != '\n') {
                length++;
            }
            // Those before the one wanted are checked as well, or a line feed too many would go unnoticed.
            String fault = LogLine.fault(bytes, start, length);
            if (fault != null) {
                throw new DamagedLogException(path, block.start() + start, fault);
            }
            if (index >= at) {
                into.add(LogLine.json(bytes, start, length));
            }
            start += length + 1;
        }
        return index;
    }

    /**
     * The lock is held while a side file is written, which is when there was none: those who wait need what is made,
     * and nobody else takes it.
     */
    private synchronized SparseIndex index() throws IOException {
        if (index == null) {
            try (StoredFile file = storage.openToRead(path)) {
                index = SideFile.read(sideFile, file.size(), sealedWith);
                if (index == null) {
                    index = scan(file);
                    writeSideFile(index);
                }
            }
        }
        return index;
    }

    private SparseIndex scan(StoredFile file) throws IOException {
        SegmentScan scan = new SegmentScan(path, file);
        SparseIndex found = new SparseIndex(scan.end());
        scan.run((number, line) -> found.add(line.size()));
        scan.requireSealed(header.first() + sealedWith - 1);
        return found;
    }

    /** A log without side files is sound, so this may fail. */
    private void writeSideFile(SparseIndex found) {
        try {
            SideFile.write(storage, sideFile, found);
            log.info("{} was missing or did not fit {}: it is made anew", sideFile, path);
        } catch (IOException e) {
            log.warn("{} could not be made anew from {}: {}", sideFile, path, e.toString());
        }
    }
}
