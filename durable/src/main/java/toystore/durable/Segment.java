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
 * <p>The index of a sealed segment is loaded when it is first needed, from its index file; if that is no good, from the
 * segment, and the index file is written anew. A file is opened for every read, so that readers are in nobody's way.
 */
final class Segment {
    private static final Logger log = LoggerFactory.getLogger(Segment.class);

    private final Storage storage;
    private final Path path;
    private final Path indexFile;
    private final LogHeader header;
    private final long sealedWith; // records, if it was sealed when it was opened

    @GuardedBy("this")
    private SparseIndex index; // null until it is needed

    private Segment(Storage storage, SegmentNames names, LogHeader header, long sealedWith, SparseIndex index) {
        this.storage = storage;
        this.path = names.segment(header.first());
        this.indexFile = names.indexFile(header.first());
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

    /** Writes the index file of the active segment, which gets no more records. */
    void seal() throws IOException {
        IndexFile.write(storage, indexFile, index());
    }

    /** Reads records from one on that it has, up to {@code most} of them or its end. */
    void read(long from, int most, List<LogRecord> into) throws IOException {
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
    private int readBlock(StoredFile file, SparseIndex.Block block, int at, int wanted, List<LogRecord> into)
            throws IOException {
        byte[] bytes = new byte[block.size()];
        file.readAll(ByteBuffer.wrap(bytes), block.start());
        int index = block.first();
        long digest = block.digestBefore();
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
            digest = LogDigest.next(digest, LogLine.checksum(bytes, start));
            if (index >= at) {
                into.add(new LogRecord(LogLine.json(bytes, start, length), digest));
            }
            start += length + 1;
        }
        return index;
    }

    /**
     * The lock is held while a index file is written, which is when there was none: those who wait need what is made,
     * and nobody else takes it.
     */
    private synchronized SparseIndex index() throws IOException {
        if (index == null) {
            try (StoredFile file = storage.openToRead(path)) {
                index = IndexFile.read(indexFile, file.size(), sealedWith);
                if (index == null) {
                    index = scan(file);
                    writeIndexFile(index);
                }
            }
        }
        return index;
    }

    private SparseIndex scan(StoredFile file) throws IOException {
        SegmentScan scan = new SegmentScan(path, file);
        SparseIndex found = new SparseIndex(scan.end(), header.digestBefore());
        scan.run((number, line, digest) -> found.add(line.size(), line.checksum()));
        scan.requireSealed(header.first() + sealedWith - 1);
        return found;
    }

    /** A log without index files is sound, so this may fail. */
    private void writeIndexFile(SparseIndex found) {
        try {
            IndexFile.write(storage, indexFile, found);
            log.info("{} was missing or did not fit {}: it is made anew", indexFile, path);
        } catch (IOException e) {
            log.warn("{} could not be made anew from {}: {}", indexFile, path, e.toString());
        }
    }
}
