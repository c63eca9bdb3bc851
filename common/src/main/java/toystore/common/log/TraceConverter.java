package toystore.common.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The trace of the logging thread ({@code %trace} in {@link LogSetup}), or a dash. */
public final class TraceConverter extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
        String id = Trace.current();
        return id == null ? "-" : id;
    }
}
