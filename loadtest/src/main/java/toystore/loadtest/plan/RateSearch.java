package toystore.loadtest.plan;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Decides which rate to try next in the search for the highest that holds. Not thread-safe.
 *
 * <pre>
 *   nothing has failed     double the rate
 *   nothing has held       divide it by 2, then by 4, 8 …: a rate that is far too high is left in a few steps
 *   else                   the middle between the highest that held and the lowest that failed, on a logarithmic scale
 * </pre>
 *
 * <p>Rates have three digits, so that they can be said. The search ends when the gap is small enough, or has no such rate in
 * it; or when {@link #HIGHEST} has held or {@link #LOWEST} has failed, both of which are tried.
 */
final class RateSearch {
    static final double HIGHEST = 1_000_000;

    /** One request in 50 seconds: a run of the longest time has two. */
    static final double LOWEST = 0.02;

    private static final MathContext DIGITS = new MathContext(3);

    private final double lowest;
    private final double precision;
    private double rate;
    private double held; // 0 if none has
    private double failed = Double.POSITIVE_INFINITY;
    private double divisor = 2;
    private boolean over;

    /**
     * A search that has tried nothing.
     *
     * @param first rate to try; one below {@link #LOWEST} is tried, and none below it
     * @param precision the share by which the rate that is found may be too low
     */
    RateSearch(double first, double precision) {
        this.rate = first;
        this.lowest = Math.min(first, LOWEST);
        this.precision = precision;
    }

    boolean isOver() {
        return over;
    }

    /** The rate to try now. */
    double rate() {
        return rate;
    }

    /** The highest rate that held; 0 if none has. */
    double highestHeld() {
        return held;
    }

    /** Takes what became of the rate. */
    void tried(boolean holds) {
        if (holds) {
            held = rate;
        } else {
            failed = rate;
        }
        double next = next();
        over = next == held || next == failed || failed <= held * (1 + precision);
        rate = next;
    }

    private double next() {
        if (failed == Double.POSITIVE_INFINITY) {
            return Math.min(HIGHEST, rounded(2 * held));
        }
        if (held == 0) {
            double lower = Math.max(lowest, rounded(failed / divisor));
            divisor *= 2;
            return lower;
        }
        return rounded(Math.sqrt(held * failed));
    }

    private static double rounded(double rate) {
        return new BigDecimal(rate).round(DIGITS).doubleValue();
    }
}
