package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import toystore.common.CachedPerSecond;

/** The field line {@code Date}, with the time of day (RFC 9110 §5.6.7, IMF-fixdate), made once a second. Thread-safe. */
final class HttpDate {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "'\r\nDate: 'EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final CachedPerSecond<byte[]> lines = new CachedPerSecond<>(
            second -> IMF_FIXDATE.format(Instant.ofEpochSecond(second)).getBytes(US_ASCII));

    HttpDate(Clock clock) {
        this.clock = clock;
    }

    /** Behind the end of the line before it, its own end left out. */
    byte[] line() {
        return lines.of(Math.floorDiv(clock.millis(), 1000L));
    }
}
