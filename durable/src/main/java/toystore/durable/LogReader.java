package toystore.durable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import toystore.durable.SegmentFormat.Header;
import toystore.durable.Storage.StoredFile;

/**
 * Reads a whole log and checks every byte of it, for an audit. Not thread-safe.
 *
 * <p>It takes no lock and changes nothing. A process may append to the log meanwhile: the reader visits the records
 * that were there when it began, and perhaps more.
 */
public final class LogReader {

    /** Receives the records in the order of their numbers. */
    public interface Visitor {
        void record(Entry entry) throws IOException;
    }

    /**
     * A record, and its place.
     *
     * @param digest {@linkplain LogDigest of the log} up to this record
     * @param offset of its line in the file
     */
    public record Entry(long number, byte[] json, long digest, Path file, long offset) {}

    /**
     * The extent of the log.
     *
     * @param id identity of the log; {@code null} if there is no log
     * @param first number of the first record; 0 if there is none
     * @param last number of the last record; 0 if there is none
     * @param torn {@code null} if the log ends with a sound record
     */
    public record Summary(String id, long first, long last, TornTail torn) {}

    /** Bytes at the end of the log that are not a record: an append that is in progress, or was interrupted. */
    public record TornTail(Path file, long offset, long bytes, String reason) {}

    private final SegmentNames names;
    private final Visitor visitor;
    private long visited; // number of the last visited record

    private LogReader(SegmentNames names, Visitor visitor) {
        this.names = names;
        this.visitor = visitor;
    }

    /**
     * Visits every record of the log.
     *
     * @throws DamagedLogException if a file does not contain what was written; the message names the place
     */
    public static Summary scan(Path folder, String name, Visitor visitor) throws IOException {
        return new LogReader(new SegmentNames(folder, name), visitor).scan();
    }

    private Summary scan() throws IOException {
        NavigableSet<Long> firsts = names.firsts();
        if (firsts.isEmpty()) {
            return new Summary(null, 0, 0, null);
        }
        Header before = null;
        long first = firsts.first();
        while (true) {
            Path path = names.segment(first);
            Long following = firsts.higher(first);
            SegmentScan scan = scan(path, first, before, following == null);
            long next = scan.last() + 1; // found by its name: the list of files may miss one that was just added
            boolean sealed = Files.exists(names.segment(next)) && scan.last() >= first;
            if (following == null) {
                if (!sealed) {
                    scan.requireBlanks();
                }
                return summary(path, scan);
            }
            scan.requireSealed((sealed ? next : following) - 1);
            requireDigest(scan, names.segment(next));
            before = scan.header();
            first = next;
        }
    }

    private void requireDigest(SegmentScan scan, Path next) throws IOException {
        long digest = SegmentScan.header(Storage.DISK, next).digestBefore();
        if (digest != scan.digest()) {
            throw new DamagedLogException(
                    next,
                    0,
                    "digest " + LogDigest.toText(digest) + " found but " + LogDigest.toText(scan.digest())
                            + " expected, as the segment before it has it: the two are not of one history");
        }
    }

    /**
     * Scans a segment, and scans it again if something is wrong: where a process is appending at that moment, the scan
     * may have read bytes from before and after the write. Only what is wrong twice, at the same place, counts.
     */
    private SegmentScan scan(Path path, long first, Header before, boolean last) throws IOException {
        long wrongAt = -1;
        while (true) {
            try (StoredFile file = Storage.DISK.openToRead(path)) {
                SegmentScan scan = new SegmentScan(path, file);
                scan.header().requirePlace(path, first, before);
                DamagedLogException damage = run(scan, path);
                boolean wrong = damage != null || scan.fault() != null || (last && !scan.endsWithBlank());
                if (!wrong || scan.end() == wrongAt) {
                    if (damage != null) {
                        throw damage;
                    }
                    return scan;
                }
                wrongAt = scan.end();
            }
        }
    }

    private DamagedLogException run(SegmentScan scan, Path path) throws IOException {
        try {
            scan.run((number, line, digest) -> {
                if (number > visited) {
                    visitor.record(new Entry(number, line.json(), digest, path, line.offset()));
                    visited = number;
                }
            });
            return null;
        } catch (DamagedLogException damage) {
            return damage;
        }
    }

    private Summary summary(Path path, SegmentScan scan) {
        TornTail torn = scan.fault() == null ? null : new TornTail(path, scan.end(), scan.tornBytes(), scan.fault());
        return new Summary(scan.header().log(), Math.min(scan.last(), 1), scan.last(), torn);
    }
}
