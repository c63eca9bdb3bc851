package toystore.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What all shoppers together have done so far, for who looks on while they shop. They add to it without a lock and
 * without waiting, whoever looks.
 */
final class LiveTotals {
    private static final long MOST_MICROS = Duration.ofMinutes(2).toNanos() / 1000;
    private static final int DIGITS = 2;

    private final long allRounds;
    private final int window;
    private final LongAdder rounds = new LongAdder();
    private final LongAdder orders = new LongAdder();
    private final LongAdder readBack = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean warm; // set by the first shopper who is
    private final Recorder latencies = new Recorder(MOST_MICROS, DIGITS);

    @GuardedBy("this")
    private final Deque<Interval> last = new ArrayDeque<>();

    @GuardedBy("this")
    private long lookedAt = System.nanoTime();

    /** What came between two looks. */
    private record Interval(long nanos, Histogram micros) {}

    /**
     * @param allRounds that will be made if all goes well
     * @param window how many looks back the figures of a look reach
     */
    LiveTotals(long allRounds, int window) {
        this.allRounds = allRounds;
        this.window = window;
    }

    void warm() {
        warm = true;
    }

    void answered(long nanos) {
        latencies.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), MOST_MICROS));
    }

    void failed() {
        failed.increment();
    }

    void roundDone() {
        rounds.increment();
    }

    void ordered() {
        orders.increment();
    }

    void readBack() {
        readBack.increment();
    }

    /** How things stand; speed and latencies are those since a few looks ago. */
    synchronized ProgressSnapshot look() {
        long now = System.nanoTime();
        last.add(new Interval(now - lookedAt, latencies.getIntervalHistogram()));
        lookedAt = now;
        if (last.size() > window) {
            last.remove();
        }
        Histogram micros = new Histogram(MOST_MICROS, DIGITS);
        long nanos = 1;
        for (Interval interval : last) {
            micros.add(interval.micros());
            nanos += interval.nanos();
        }
        return new ProgressSnapshot(
                !warm,
                rounds.sum(),
                allRounds,
                orders.sum(),
                readBack.sum(),
                failed.sum(),
                micros.getTotalCount() * (double) TimeUnit.SECONDS.toNanos(1) / nanos,
                micros.getValueAtPercentile(50) / 1000.0,
                micros.getValueAtPercentile(99) / 1000.0);
    }
}
