package toystore.lab.room;

/** Turns a counter into a rate. Used by one thread. */
final class Rate {
    private static final double NANOS = 1e9;

    private boolean begun;
    private long count;
    private long nanos; // when the count was taken
    private double perSecond = Double.NaN;

    /**
     * Returns the rate since the last count; NaN if there is none yet, or if the counter has begun again.
     *
     * @param nowNanos when the count was taken, as {@link System#nanoTime()}; at the same time as the last one, the
     *     rate is the same
     */
    double of(long nowCount, long nowNanos) {
        if (begun && nowNanos == nanos) {
            return perSecond;
        }
        perSecond = begun && nowCount >= count ? (nowCount - count) * NANOS / (nowNanos - nanos) : Double.NaN;
        begun = true;
        count = nowCount;
        nanos = nowNanos;
        return perSecond;
    }
}
