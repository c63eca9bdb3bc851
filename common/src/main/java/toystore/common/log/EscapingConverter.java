package toystore.common.log;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.Locale;

/**
 * The message of a log line ({@code %line} in {@link LogSetup}), always on one line.
 *
 * <p>Control characters and the line separators of Unicode are written as <code>&#92;u000A</code>, so that text of a
 * peer cannot forge a log line.
 */
public final class EscapingConverter extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        String message = String.valueOf(event.getFormattedMessage());
        for (int i = 0; i < message.length(); i++) {
            if (breaks(message.charAt(i))) {
                return escape(message);
            }
        }
        return message;
    }

    private static String escape(String message) {
        StringBuilder line = new StringBuilder(message.length() + 20);
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (breaks(c)) {
                line.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }

    private static boolean breaks(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
