package toystore.loadtest.report;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import toystore.loadtest.load.IntervalLog;

/**
 * Writes {@code histograms.hlog} in the log format of HdrHistogram while the test runs: a line for each second, kind
 * and outcome of each run, tagged {@code run-3.buy.ok.latency}, with values in nanoseconds. Not thread-safe.
 */
public final class HistogramLogFile implements IntervalLog, Closeable {
    private static final double UNSCALED = 1;

    private final Path file;
    private final PrintStream out;
    private final HistogramLogWriter writer;

    /**
     * Creates the file and writes its header.
     *
     * @param started start of the test, in milliseconds since 1970
     */
    public HistogramLogFile(Path file, long started) throws IOException {
        this.file = file;
        try {
            this.out = new PrintStream(file.toFile(), StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
        this.writer = new HistogramLogWriter(out);
        writer.outputComment("latencies in nanoseconds; tags: run, kind of request, outcome, and what was timed");
        writer.outputLogFormatVersion();
        writer.outputBaseTime(started);
        writer.setBaseTime(started);
        writer.outputStartTime(started);
        writer.outputLegend();
    }

    @Override
    public void comment(String line) {
        writer.outputComment(line);
    }

    @Override
    public void write(String tag, Histogram interval) {
        interval.setTag(tag);
        writer.outputIntervalHistogram(
                (interval.getStartTimeStamp() - writer.getBaseTime()) / 1000.0,
                (interval.getEndTimeStamp() - writer.getBaseTime()) / 1000.0,
                interval,
                UNSCALED);
    }

    /** A sentence that says the file is incomplete; empty if all writes succeeded. */
    public Optional<String> failure() {
        return out.checkError() ? Optional.of(file + " is not complete: it could not be written") : Optional.empty();
    }

    @Override
    public void close() {
        writer.close();
    }
}
