package toystore.common.log;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs warnings about what strangers do, and not more than 10 lines in 10 seconds: nobody outside can fill the disk. The
 * first line after others were left out has their number. Thread-safe.
 */
public final class LimitedLog {
    private static final int LINES = 10;
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private final LongSupplier nanoTime;
    private long periodStart; // this and the next two are guarded by this
    private int lines;
    private long leftOut;

    /** Logs to that logger. */
    public LimitedLog(Logger log) {
        this(log, System::nanoTime);
    }

    /** @param nanoTime the clock */
    LimitedLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.periodStart = nanoTime.getAsLong();
    }

    /** Logs a line, unless there were too many lately. */
    public void warn(String message) {
        long before;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (now - periodStart >= PERIOD) {
                periodStart = now;
                lines = 0;
            }
            if (lines == LINES) {
                leftOut++;
                return;
            }
            lines++;
            before = leftOut;
            leftOut = 0;
        }
        if (before == 0) {
            log.warn("{}", message);
        } else {
            log.warn("{} ({} lines before this one were left out)", message, before);
        }
    }
}
