package toystore.frontend.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import toystore.wire.message.Product;
import toystore.wire.net.PeerTransport;

/** What the log says about the watch of a catalog that is silent again and again. */
class CatalogWatchTest {
    private static final Duration MAX_SILENCE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final ProductCache<Long> cache = new ProductCache<>(10, Product::version);
    private final Logger logger = (Logger) LoggerFactory.getLogger(CatalogWatch.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private ScriptedCatalog catalog;

    @BeforeEach
    void start() throws IOException {
        catalog = new ScriptedCatalog(0);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        catalog.close();
    }

    @Test
    void logsAnOutageOnceThoughAWatchBeginsAgainAndAgain() {
        try (CatalogWatch watch = watch(LONG)) {
            watch.start();
            await().until(() -> !messages(Level.INFO).isEmpty());

            catalog.alive = false;

            await().until(() -> catalog.watches.get() >= 4);
        }

        assertThat(messages(Level.WARN)).isNotEmpty().doesNotHaveDuplicates();
        assertThat(messages(Level.INFO)).hasSize(1); // of the first watch
    }

    @Test
    void logsThatTheCacheIsInUseAgainWhenAWatchHasLasted() {
        try (CatalogWatch watch = watch(Duration.ZERO)) {
            watch.start();
            await().until(() -> !messages(Level.INFO).isEmpty());
            catalog.alive = false;
            await().until(() -> !messages(Level.WARN).isEmpty());

            catalog.alive = true;

            await().until(() -> messages(Level.INFO).size() >= 2);
        }
        assertThat(messages(Level.INFO))
                .containsOnly("queries are answered from memory while the catalog sends changes");
    }

    private CatalogWatch watch(Duration steady) {
        return new CatalogWatch(catalog.address(), PeerTransport.PLAIN, cache, MAX_SILENCE, steady);
    }

    private List<String> messages(Level level) {
        synchronized (lines) { // which logs on the thread of the watch
            return lines.list.stream()
                    .filter(line -> line.getLevel() == level)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }
    }
}
