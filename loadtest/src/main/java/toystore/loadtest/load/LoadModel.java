package toystore.loadtest.load;

import java.math.BigDecimal;
import java.util.random.RandomGenerator;

/** When clients send. */
public sealed interface LoadModel {
    /** A client asks again as soon as it is answered: a slow service is asked less. */
    record Closed() implements LoadModel {
        @Override
        public Schedule schedule(long start, long end, RandomGenerator random) {
            return Schedule.AT_ONCE;
        }
    }

    /**
     * Requests are due at given moments, whatever became of those before: a slow service is not spared, and the latency
     * of a request counts from when it was due.
     *
     * @param rate requests per second, of all clients together
     */
    record Open(double rate, Arrivals arrivals) implements LoadModel {
        private static final double MOST = 1_000_000;

        /** Checks the rate. */
        public Open {
            if (!(rate > 0 && rate <= MOST)) {
                throw new IllegalArgumentException(
                        "a rate of " + rate + "/s; expected more than 0, up to " + (long) MOST);
            }
        }

        @Override
        public Schedule schedule(long start, long end, RandomGenerator random) {
            return arrivals == Arrivals.CONSTANT
                    ? new ConstantSchedule(start, end, rate)
                    : new PoissonSchedule(start, end, rate, random);
        }
    }

    /** A rate for a person: {@code 62.5/s}. */
    static String perSecond(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString() + "/s";
    }

    /**
     * The moments from a start to an end.
     *
     * @param start on the clock of {@link System#nanoTime}, like the end
     */
    Schedule schedule(long start, long end, RandomGenerator random);
}
