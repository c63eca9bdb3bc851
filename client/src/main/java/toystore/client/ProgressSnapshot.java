package toystore.client;

import java.util.Locale;

/**
 * How things stand while shoppers shop.
 *
 * @param warmUp whether all shoppers still warm up, uncounted
 * @param readBack orders that were looked up at the end
 * @param perSecond answers of late
 * @param p50 latency of late, in milliseconds
 * @param p99 latency of late, in milliseconds
 */
record ProgressSnapshot(
        boolean warmUp,
        long rounds,
        long allRounds,
        long orders,
        long readBack,
        long failed,
        double perSecond,
        double p50,
        double p99) {

    /** In a line for a person, which fits in 80 columns. */
    String text() {
        String speed = perSecond == 0
                ? "no answers"
                : String.format(Locale.ROOT, "%.0f req/s, p50 %.1f p99 %.1f ms", perSecond, p50, p99);
        return String.format(Locale.ROOT, "%s, %s, %d orders, %d failed", where(), speed, orders, failed);
    }

    /** How much of the rounds, and after them of the orders to read back, is done: 0 to 1. */
    double share() {
        return readsBack() ? share(readBack, orders) : share(rounds, allRounds);
    }

    private String where() {
        if (readsBack()) {
            return "read back " + readBack + "/" + orders;
        }
        return warmUp ? "warm-up" : "rounds " + rounds + "/" + allRounds;
    }

    private boolean readsBack() {
        return rounds == allRounds && orders > 0;
    }

    private static double share(long part, long all) {
        return Math.min(1, (double) part / Math.max(1, all));
    }
}
