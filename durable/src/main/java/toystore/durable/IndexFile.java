package toystore.durable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The index of a sealed segment in a file: one {@link LogLine} with
 *
 * <pre>
 *   {"size":67108900,"records":400000,"starts":[115,9715, …],"digests":[0,-71 …, …]}
 * </pre>
 *
 * that is the bytes of the segment up to the end of its last record, its records, where every 64th of them begins, and the
 * {@linkplain LogDigest digest} before each of these, as a signed number. It says nothing that the segment
 * does not say; it saves reading it.
 */
final class IndexFile {
    private static final Logger log = LoggerFactory.getLogger(IndexFile.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private record Line(long size, int records, long[] starts, long[] digests) {}

    private IndexFile() {}

    static void write(Storage storage, Path file, SparseIndex index) throws IOException {
        Line line = new Line(index.end(), index.records(), index.starts(), index.digests());
        byte[] bytes = LogLine.of(MAPPER.writeValueAsBytes(line));
        AtomicFile.replace(storage, file, out -> out.write(bytes));
    }

    /**
     * The index in the file, or {@code null} if it is missing, cannot be read, is damaged, or not of a segment with so many bytes
     * (blanks may be behind its last record) and records.
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
        if (length < 0 || LogLine.fault(bytes, 0, length) != null) {
            return null;
        }
        try {
            Line line = MAPPER.readValue(LogLine.json(bytes, 0, length), Line.class);
            boolean fits = line.size() <= size && line.records() == records;
            return fits ? SparseIndex.of(line.starts(), line.digests(), line.records(), line.size()) : null;
        } catch (JacksonException e) {
            return null;
        }
    }
}
