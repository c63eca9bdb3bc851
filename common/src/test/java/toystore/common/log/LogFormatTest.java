package toystore.common.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The lines that every service logs, as {@link LogSetup} has them. */
class LogFormatTest {
    private static final LoggerContext LOGGERS = (LoggerContext) LoggerFactory.getILoggerFactory();
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z";

    @Test
    void formatsTimeLevelThreadTraceAndMessage() {
        Instant before = Instant.now();
        String thread = "\\[" + Thread.currentThread().getName() + "]";

        String none = line("the disk is full", null);
        Trace trace = Trace.begin("a-1");
        String traced;
        try (trace) {
            traced = line("the disk is full", null);
        }

        assertThat(none).matches(TIME + " WARN  " + thread + " - the disk is full\n");
        assertThat(traced).matches(TIME + " WARN  " + thread + " a-1 the disk is full\n");
        assertThat(Instant.parse(none.substring(0, none.indexOf(' '))))
                .isBetween(before.minusMillis(1), Instant.now().plus(Duration.ofSeconds(1)));
    }

    @Test
    void formatsMicroseconds() {
        // a clock that stands on a whole millisecond a hundred times in a row tells milliseconds only
        assertThat(IntStream.range(0, 100).mapToObj(i -> line("", null)).map(line -> line.substring(23, 26)))
                .anyMatch(micros -> !micros.equals("000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "\u000B", "\f", "\u001B[2K", "\u0000"})
    void keepsAMessageOnOneLine(String hostile) {
        String forged = "2026-01-01T00:00:00.000000Z INFO  [main] - all is well";

        String line = line("no product \"" + hostile + forged + "\"", null);

        assertThat(line.lines()).hasSize(1);
        assertThat(line.strip().codePoints().filter(Character::isISOControl)).isEmpty();
        assertThat(line).contains("no product \"\\u").contains(forged);
    }

    @Test
    void keepsOtherCharacters() {
        assertThat(line("Bär 🧸 {} \\ %n \"", null)).endsWith(" - Bär 🧸 {} \\ %n \"\n");
    }

    @Test
    void writesAnIndentedStackTraceAfterTheMessage() {
        String forged = "2026-01-01T00:00:00.000000Z INFO  [main] - all is well";
        Exception cause = new IllegalStateException("one\n" + forged + "\r" + forged);

        String text = line("it failed", new IllegalArgumentException("outer", cause));

        List<String> lines = text.lines().toList();
        assertThat(lines.get(0)).endsWith(" - it failed");
        assertThat(lines.get(1)).isEqualTo("  java.lang.IllegalArgumentException: outer");
        assertThat(lines.stream().skip(1)).hasSizeGreaterThan(5).allMatch(line -> line.startsWith("  "));
        assertThat(text)
                .contains("  Caused by: java.lang.IllegalStateException: one\n")
                .endsWith("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"access", "messages"})
    void hasLinesOfRequestsWrittenOnceByAnotherThread(String name) {
        assertThat(LOGGERS.getLogger(name).isAdditive()).isFalse();
        assertThat(LOGGERS.getLogger(name).getAppender("requests")).isInstanceOf(AsyncStderrAppender.class);
    }

    private static String line(String message, Throwable thrown) {
        Logger logger = LOGGERS.getLogger("toystore.test");
        var event = new LoggingEvent(LogFormatTest.class.getName(), logger, Level.WARN, message, thrown, null);
        ConsoleAppender<ILoggingEvent> stderr = (ConsoleAppender<ILoggingEvent>)
                LOGGERS.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr");
        return new String(stderr.getEncoder().encode(event), UTF_8);
    }
}
