package toystore.loadtest.load;

/** The moments at which requests are due. Each is given out once, to whichever client asks next. Thread-safe. */
interface Schedule {
    /** Instead of a moment: now. */
    long NOW = Long.MIN_VALUE;

    /** Instead of a moment: there are no more. */
    long OVER = Long.MAX_VALUE;

    Schedule AT_ONCE = () -> NOW;

    /** The next moment, on the clock of {@link System#nanoTime}; it may have passed. Or {@link #NOW}, or {@link #OVER}. */
    long next();
}
