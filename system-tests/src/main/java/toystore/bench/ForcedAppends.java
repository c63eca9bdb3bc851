package toystore.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.HdrHistogram.Histogram;
import toystore.durable.Storage;
import toystore.durable.Storage.StoredFile;

/** The disk by itself: one thread that appends a record to a growing file and forces it, as the order log does, again and again. */
final class ForcedAppends implements Closeable {
    /** Bytes, as many as an order has in the log. */
    static final int RECORD = 200;

    private final StoredFile file;
    private final byte[] record = new byte[RECORD];
    private long size;

    ForcedAppends(Path path) throws IOException {
        this.file = Storage.DISK.create(path);
        Arrays.fill(record, (byte) 'x');
        record[RECORD - 1] = '\n';
    }

    /** Goes on for so long; it is not known what was busy. */
    Sample measure(Duration time) throws IOException {
        Histogram latencies = new Histogram(3);
        long start = System.nanoTime();
        long now = start;
        while (now - start < time.toNanos()) {
            size += file.write(ByteBuffer.wrap(record), size);
            file.force();
            long end = System.nanoTime();
            latencies.recordValue(end - now);
            now = end;
        }
        return new Sample(
                latencies.getTotalCount(),
                0,
                null,
                (now - start) / 1e9,
                latencies.getValueAtPercentile(50) / 1e6,
                latencies.getValueAtPercentile(99) / 1e6,
                0,
                Map.of());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
