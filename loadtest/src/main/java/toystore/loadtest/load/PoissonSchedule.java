package toystore.loadtest.load;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.random.RandomGenerator;

/** Moments of a Poisson process: from one to the next it is exponentially distributed. */
final class PoissonSchedule implements Schedule {
    private final long start;
    private final long length;
    private final double mean;

    @GuardedBy("this")
    private final RandomGenerator random;

    @GuardedBy("this")
    private double elapsed; // in nanoseconds, with fractions

    /** @param rate moments per second */
    PoissonSchedule(long start, long end, double rate, RandomGenerator random) {
        this.start = start;
        this.length = end - start;
        this.mean = 1e9 / rate;
        this.random = random;
    }

    @Override
    public synchronized long next() {
        elapsed -= mean * Math.log(1 - random.nextDouble());
        return elapsed < length ? start + (long) elapsed : OVER;
    }
}
