package toystore.frontend.http;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time of day as {@code Date} has it (RFC 9110 §5.6.7, IMF-fixdate), made once a second. Thread-safe. */
final class HttpDate {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Clock clock;
    private volatile Second last = new Second(Long.MIN_VALUE, ""); // replaced as a whole; whose is seen does not matter

    private record Second(long epochSecond, String text) {}

    HttpDate(Clock clock) {
        this.clock = clock;
    }

    String now() {
        long second = Math.floorDiv(clock.millis(), 1000L);
        Second current = last;
        if (current.epochSecond() != second) {
            current = new Second(second, IMF_FIXDATE.format(Instant.ofEpochSecond(second)));
            last = current;
        }
        return current.text();
    }
}
