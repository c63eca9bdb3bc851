package toystore.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import toystore.client.terminal.TerminalLine;
import toystore.common.BackgroundLoop;

/**
 * Live counters of all shoppers together, and their display. Shoppers add to the counters without a lock. Thread-safe.
 */
final class ShoppingProgress {
    /** A line on a terminal is redrawn four times per second, and shows the figures of the last second. */
    private static final int TERMINAL_WINDOW = 4;

    private static final Duration LOG_PERIOD = Duration.ofSeconds(5);
    private static final long MAX_MICROS = Duration.ofMinutes(2).toNanos() / 1000;
    private static final int DIGITS = 2;

    private final long totalRounds;
    private final int window;
    private final LongAdder rounds = new LongAdder();
    private final LongAdder orders = new LongAdder();
    private final LongAdder readBack = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean warm; // set by the first shopper that ends its warm-up
    private final Recorder latencies = new Recorder(MAX_MICROS, DIGITS);

    @GuardedBy("this")
    private final Deque<Interval> recent = new ArrayDeque<>();

    @GuardedBy("this")
    private long lastSnapshot = System.nanoTime();

    /** The time between two snapshots. */
    private record Interval(long nanos, Histogram micros) {}

    /** The end of a display. */
    interface Display extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * The counters at one moment.
     *
     * @param warmUp whether all shoppers are still in their warm-up
     * @param readBack orders that were looked up at the end
     * @param perSecond recent responses per second, without those that are errors
     * @param p50 recent latency in milliseconds
     * @param p99 recent latency in milliseconds
     */
    record Snapshot(
            boolean warmUp,
            long rounds,
            long totalRounds,
            long orders,
            long readBack,
            long failed,
            double perSecond,
            double p50,
            double p99) {

        /** One line, usually shorter than 80 columns. */
        String text() {
            String speed = perSecond == 0
                    ? "no successful responses"
                    : String.format(Locale.ROOT, "%.0f req/s, p50 %.1f p99 %.1f ms", perSecond, p50, p99);
            String phase = isReadingBack()
                    ? "read back " + readBack + "/" + orders
                    : warmUp ? "warm-up" : "rounds " + rounds + "/" + totalRounds;
            return String.format(Locale.ROOT, "%s, %s, %d orders, %d failed", phase, speed, orders, failed);
        }

        /** The completed share of the rounds, and after them of the orders to read back, from 0 to 1. */
        double share() {
            return isReadingBack() ? share(readBack, orders) : share(rounds, totalRounds);
        }

        private boolean isReadingBack() {
            return rounds == totalRounds && orders > 0;
        }

        private static double share(long part, long all) {
            return Math.min(1, (double) part / Math.max(1, all));
        }
    }

    /**
     * Counters that are 0.
     *
     * @param totalRounds of all shoppers
     * @param window the number of snapshot intervals that recent figures cover
     */
    ShoppingProgress(long totalRounds, int window) {
        this.totalRounds = totalRounds;
        this.window = window;
    }

    static ShoppingProgress forTerminal(long totalRounds) {
        return new ShoppingProgress(totalRounds, TERMINAL_WINDOW);
    }

    static ShoppingProgress forLog(long totalRounds) {
        return new ShoppingProgress(totalRounds, 1);
    }

    /** Redraws one line on a terminal. */
    Display drawOn(PrintStream terminal) {
        TerminalLine line = new TerminalLine(terminal, TerminalLine.columns(), () -> {
            Snapshot snapshot = snapshot();
            return new TerminalLine.Content(snapshot.text(), snapshot.share());
        });
        return line::close;
    }

    Display logTo(PrintStream log) {
        return logTo(log, LOG_PERIOD);
    }

    /** Writes a line in every period, the first one after one period. */
    Display logTo(PrintStream log, Duration period) {
        BackgroundLoop loop = new BackgroundLoop("client-progress", period, () -> {
            log.println("client: " + snapshot().text());
            return period;
        });
        loop.start();
        return loop::stop; // without waiting: the reader of the log may have stopped reading
    }

    void endWarmUp() {
        warm = true;
    }

    void addResponse(long nanos) {
        latencies.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), MAX_MICROS));
    }

    void addFailure() {
        failed.increment();
    }

    void addRound() {
        rounds.increment();
    }

    void addOrder() {
        orders.increment();
    }

    void addReadBack() {
        readBack.increment();
    }

    /** The counters now, with the throughput and the latencies since a few snapshots ago. */
    synchronized Snapshot snapshot() {
        long now = System.nanoTime();
        recent.add(new Interval(now - lastSnapshot, latencies.getIntervalHistogram()));
        lastSnapshot = now;
        if (recent.size() > window) {
            recent.remove();
        }
        Histogram micros = new Histogram(MAX_MICROS, DIGITS);
        long nanos = 1;
        for (Interval interval : recent) {
            micros.add(interval.micros());
            nanos += interval.nanos();
        }
        return new Snapshot(
                !warm,
                rounds.sum(),
                totalRounds,
                orders.sum(),
                readBack.sum(),
                failed.sum(),
                micros.getTotalCount() * (double) TimeUnit.SECONDS.toNanos(1) / nanos,
                micros.getValueAtPercentile(50) / 1000.0,
                micros.getValueAtPercentile(99) / 1000.0);
    }
}
