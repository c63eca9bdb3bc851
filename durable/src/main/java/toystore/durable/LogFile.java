package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a log: a header line, then one line for each record. Any thread may read; one thread adds.
 *
 * <p>When it is opened, every line is checked. A <em>torn tail</em>, a last line that is cut off or has a wrong
 * checksum, is what a process leaves that stops while it writes; nobody was told that this record is safe. It is
 * copied aside and cut off. Anything else that is wrong is damage, and the file is refused.
 */
final class LogFile implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);

    private final Path path;
    private final FileChannel channel;
    private final LogHeader header;
    private final Offsets offsets;

    private LogFile(Path path, FileChannel channel, LogHeader header, Offsets offsets) {
        this.path = path;
        this.channel = channel;
        this.header = header;
        this.offsets = offsets;
    }

    /** Opens the file, which is made, as the first one of a new log, if it is missing. */
    static LogFile open(Path path) throws IOException {
        if (Files.notExists(path)) {
            byte[] headerLine = LogLine.of(LogHeader.ofNewLog().json());
            AtomicFile.replace(path, out -> out.write(headerLine));
        }
        try (LineScanner lines = new LineScanner(path)) {
            LogHeader header = readHeader(path, lines);
            Offsets offsets = new Offsets(lines.offset());
            String tornBecause = readRecords(path, lines, offsets);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            LogFile file = new LogFile(path, channel, header, offsets);
            try {
                if (tornBecause != null) {
                    file.cutTail(tornBecause);
                }
            } catch (IOException e) {
                file.close();
                throw e;
            }
            return file;
        }
    }

    Path path() {
        return path;
    }

    /** Number of the last record; one less than the file's first number if it has none. */
    long last() {
        return header.first() + offsets.count() - 1;
    }

    /** Adds the lines after those that are there. Returns when they are on disk; if it fails, the file is done with. */
    void add(List<byte[]> lines) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(lines.stream().mapToInt(line -> line.length).sum());
        lines.forEach(bytes::put);
        bytes.flip();
        long end = offsets.end();
        while (bytes.hasRemaining()) {
            channel.write(bytes, end + bytes.position());
        }
        channel.force(false); // Commit
        lines.forEach(line -> offsets.add(line.length));
    }

    /** The JSON of a record, from the file's first number to {@link #last()}. */
    byte[] read(long number) throws IOException {
        int index = (int) (number - header.first());
        long start = offsets.start(index);
        ByteBuffer line = ByteBuffer.allocate(offsets.length(index) - 1);
        while (line.hasRemaining()) {
            if (channel.read(line, start + line.position()) < 0) {
                throw new DamagedLogException(path, start, "the file ends within record " + number);
            }
        }
        requireSound(line.array(), start);
        return LogLine.json(line.array());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static LogHeader readHeader(Path path, LineScanner lines) throws IOException {
        byte[] line = lines.next();
        if (line == null || !lines.whole()) {
            throw new DamagedLogException(path, 0, "the file ends within its header");
        }
        String fault = LogLine.fault(line);
        if (fault != null) {
            throw new DamagedLogException(path, 0, fault);
        }
        return LogHeader.read(path, LogLine.json(line));
    }

    /** Notes where the records are, up to the first line that is not sound; returns what is wrong with that, or null. */
    private static String readRecords(Path path, LineScanner lines, Offsets offsets) throws IOException {
        String firstFault = null;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            String fault = lines.whole() ? LogLine.fault(line) : "the line is cut off";
            if (firstFault == null && fault == null) {
                offsets.add(line.length + 1);
            } else if (fault == null) {
                throw new DamagedLogException(path, offsets.end(), firstFault + ", and sound records follow");
            } else if (firstFault == null) {
                firstFault = fault;
            }
        }
        return firstFault;
    }

    private void cutTail(String reason) throws IOException {
        long end = offsets.end();
        long torn = channel.size() - end;
        Path aside = path.resolveSibling(path.getFileName() + ".torn-at-" + end);
        AtomicFile.replace(aside, out -> channel.transferTo(end, torn, Channels.newChannel(out)));
        channel.truncate(end);
        channel.force(true);
        log.warn(
                "{} at byte {}: {}. A record was not written to its end: its {} bytes were moved to {}",
                path,
                end,
                reason,
                torn,
                aside);
    }

    private void requireSound(byte[] line, long start) throws DamagedLogException {
        String fault = LogLine.fault(line);
        if (fault != null) {
            throw new DamagedLogException(path, start, fault);
        }
    }
}
