package toystore.common.log;

/** Formats durations for log lines: milliseconds with three decimals. */
public final class Millis {
    private Millis() {}

    /** {@code 2.714} for 2,714,321 nanoseconds. */
    public static String of(long nanos) {
        long micros = nanos / 1000;
        String decimals = Long.toString(1000 + micros % 1000);
        return micros / 1000 + "." + decimals.substring(1);
    }
}
