package toystore.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LimitedLogTest {
    private final AtomicLong now = new AtomicLong();
    private final Logger logger = (Logger) LoggerFactory.getLogger("limited");

    @Test
    void leavesLinesOutAfterTheTenthInTenSecondsAndCountsThem() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            LimitedLog log = new LimitedLog(logger, now::get);
            for (int i = 1; i <= 13; i++) {
                log.warn("line " + i);
            }
            assertThat(lines(appender)).hasSize(10).last().isEqualTo("line 10");

            now.addAndGet(Duration.ofSeconds(10).toNanos());
            log.warn("line {}");
            log.warn("the next");

            assertThat(lines(appender))
                    .hasSize(12)
                    .endsWith("line {} (3 lines before this one were left out)", "the next");
        } finally {
            logger.detachAppender(appender);
        }
    }

    private static List<String> lines(ListAppender<ILoggingEvent> appender) {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
