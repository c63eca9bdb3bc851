package toystore.loadtest.load;

import java.util.concurrent.atomic.AtomicLong;

/** Moments at even distances, the first at once. They are multiples, not sums: nothing drifts. */
final class ConstantSchedule implements Schedule {
    private final long start;
    private final long length;
    private final double rate;
    private final AtomicLong count = new AtomicLong();

    /** @param rate moments per second */
    ConstantSchedule(long start, long end, double rate) {
        this.start = start;
        this.length = end - start;
        this.rate = rate;
    }

    @Override
    public long next() {
        double elapsed = count.getAndIncrement() * 1e9 / rate;
        return elapsed < length ? start + (long) elapsed : OVER;
    }
}
