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

/** The ceiling of the disk: one thread that appends records to a growing file and forces each. Not thread-safe. */
final class ForcedAppends implements Closeable {
    /** Bytes of a record, as many as an order has in the log. */
    static final int RECORD = 200;

    private final StoredFile file;
    private final byte[] record = new byte[RECORD];
    private long size;

    ForcedAppends(Path path) throws IOException {
        this.file = Storage.DISK.create(path);
        Arrays.fill(record, (byte) 'x');
        record[RECORD - 1] = '\n';
    }

    /** Appends for that long; the sample has no processors. */
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
