package toystore.wire.net;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What is logged through a logger while it is open: {@code <trace> <level> <message>}. */
final class Recorded implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    Recorded(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        events.list = new java.util.concurrent.CopyOnWriteArrayList<>();
        events.start();
        logger.addAppender(events);
    }

    List<String> lines() {
        return events.list.stream()
                .map(event -> event.getMDCPropertyMap().get("trace") + " " + event.getLevel() + " "
                        + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(events);
    }
}
