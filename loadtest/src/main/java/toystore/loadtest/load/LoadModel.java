package toystore.loadtest.load;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Determines when the clients of a step send their requests. */
public sealed interface LoadModel {
    /**
     * The times at which requests are due, on the clock of {@link System#nanoTime}.
     *
     * @param start of the run
     * @param end of the run; no request is due then or later
     */
    Schedule schedule(long start, long end, RandomGenerator random);

    /** Hands out each due time once, to the client that asks next. Thread-safe. */
    interface Schedule {
        /** Instead of a time: send at once. */
        long NOW = Long.MIN_VALUE;

        /** Instead of a time: no more requests are due. */
        long OVER = Long.MAX_VALUE;

        /** The next due time, which may be in the past; or {@link #NOW} or {@link #OVER}. */
        long next();
    }

    /** The distribution of the requests of an open loop in time. */
    enum Arrivals {
        /** At equal intervals. */
        CONSTANT,
        /** Independent of each other, like the requests of many people: intervals are exponentially distributed. */
        POISSON;

        /** On the command line and in files. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Closed loop: a client sends its next request after the response to the last one. */
    record Closed() implements LoadModel {
        @Override
        public Schedule schedule(long start, long end, RandomGenerator random) {
            return () -> Schedule.NOW;
        }
    }

    /**
     * Open loop: requests are due at given times, and their latency counts from then, whether earlier ones are complete
     * or not.
     *
     * @param rate requests per second of all clients together
     */
    record Open(double rate, Arrivals arrivals) implements LoadModel {
        private static final double MAX_RATE = 1_000_000;

        /** Checks the rate. */
        public Open {
            if (!(rate > 0 && rate <= MAX_RATE)) {
                throw new IllegalArgumentException(
                        "a rate of " + rate + "/s; expected more than 0, up to " + (long) MAX_RATE);
            }
        }

        @Override
        public Schedule schedule(long start, long end, RandomGenerator random) {
            return arrivals == Arrivals.CONSTANT ? constant(start, end) : poisson(start, end, random);
        }

        /** Due times are multiples of the interval and not sums, so they do not drift. */
        private Schedule constant(long start, long end) {
            AtomicLong count = new AtomicLong();
            return () -> {
                double elapsed = count.getAndIncrement() * 1e9 / rate;
                return elapsed < end - start ? start + (long) elapsed : Schedule.OVER;
            };
        }

        private Schedule poisson(long start, long end, RandomGenerator random) {
            double interval = 1e9 / rate;
            return new Schedule() {
                private double elapsed; // nanoseconds; guarded by this, like random

                @Override
                public synchronized long next() {
                    elapsed -= interval * Math.log(1 - random.nextDouble());
                    return elapsed < end - start ? start + (long) elapsed : OVER;
                }
            };
        }
    }

    /** A rate as text: {@code 62.5/s}. */
    static String perSecond(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString() + "/s";
    }
}
