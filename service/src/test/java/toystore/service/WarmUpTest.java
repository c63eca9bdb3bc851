package toystore.service;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;

class WarmUpTest {
    private static final Logger log = LoggerFactory.getLogger(WarmUpTest.class);

    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final FakeCopy copy = new FakeCopy();

    /** A copy that records what happens to it. */
    private static class FakeCopy implements WarmUp.Target {
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger clients = new AtomicInteger();
        final List<Path> folders = new CopyOnWriteArrayList<>();
        final AtomicBoolean closed = new AtomicBoolean();

        WarmUp.Target open(Path folder) throws IOException {
            Files.writeString(folder.resolve("file"), "data");
            folders.add(folder);
            return this;
        }

        @Override
        public WarmUp.Client connect() {
            clients.incrementAndGet();
            return new WarmUp.Client() {
                @Override
                public void request() throws Exception {
                    FakeCopy.this.request();
                }

                @Override
                public void close() {
                    clients.decrementAndGet();
                }
            };
        }

        void request() throws Exception {
            requests.incrementAndGet();
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    @BeforeEach
    void record() {
        lines.setContext(loggers);
        lines.start();
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
    }

    @AfterEach
    void stopRecording() {
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(lines);
    }

    private List<String> lines() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void sendsRequestsToACopyAndRemovesAllOfIt() throws Exception {
        WarmUp.run("orders", copy::open, () -> false);

        assertThat(copy.requests).hasPositiveValue();
        assertThat(copy.closed).isTrue();
        assertThat(copy.clients).hasValue(0);
        assertThat(copy.folders)
                .singleElement()
                .satisfies(folder -> assertThat(folder).doesNotExist());
        assertThat(lines()).singleElement().asString().matches("orders has warmed up, [0-9]+ rounds in [0-9]+ ms");
    }

    @Test
    void endsOnceTheServiceIsBusy() throws Exception {
        AtomicBoolean busy = new AtomicBoolean();
        FakeCopy untilBusy = new FakeCopy() {
            @Override
            void request() {
                requests.incrementAndGet();
                busy.set(true);
            }
        };

        WarmUp.run("orders", untilBusy::open, busy::get);

        assertThat(untilBusy.requests.get()).isBetween(1, WarmUp.CLIENTS);
        assertThat(untilBusy.closed).isTrue();
    }

    @Test
    void isNotBegunByAServiceThatIsBusy() throws Exception {
        WarmUp.run("orders", copy::open, () -> true);

        assertThat(copy.requests).hasValue(0);
        assertThat(copy.folders).isEmpty();
    }

    @Test
    void logsNothingOfTheCopyButWhatTheServiceLogs() throws Exception {
        CountDownLatch logged = new CountDownLatch(1);
        FakeCopy talkative = new FakeCopy() {
            @Override
            void request() throws Exception {
                if (requests.incrementAndGet() == 1) {
                    CompletableFuture<Void> fromItsThread = new CompletableFuture<>();
                    Threads.named("of-the-copy", () -> {
                                log.error("the copy has failed");
                                fromItsThread.complete(null);
                            })
                            .start();
                    fromItsThread.get(1, MINUTES);
                    logged.await();
                }
            }
        };
        Thread service = Threads.named("of-the-service", () -> {
            while (talkative.requests.get() == 0) {
                Thread.onSpinWait();
            }
            log.warn("the service has a problem");
            logged.countDown();
        });
        service.start();

        WarmUp.run("orders", talkative::open, () -> false);
        service.join();
        log.info("afterwards");

        assertThat(lines())
                .hasSize(3)
                .startsWith("the service has a problem")
                .endsWith("afterwards")
                .anyMatch(line -> line.startsWith("orders has warmed up, "));
    }

    @Test
    void saysThatItHasFailed() throws Exception {
        FakeCopy broken = new FakeCopy() {
            @Override
            void request() throws IOException {
                throw new IOException("no space left");
            }
        };

        WarmUp.run("orders", broken::open, () -> false);

        assertThat(broken.closed).isTrue();
        assertThat(broken.folders)
                .singleElement()
                .satisfies(folder -> assertThat(folder).doesNotExist());
        assertThat(lines()).containsExactly("orders has not warmed up, and is slow at first: no space left");
    }

    @Test
    void leavesACopyThatHangsAlone() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        WarmUp.run(
                "orders",
                folder -> {
                    never.await();
                    return copy;
                },
                () -> false);
        never.countDown();

        assertThat(lines()).containsExactly("orders has not warmed up, and is slow at first: it takes longer than 3 s");
    }

    @Test
    void saysThatNoCopyCouldBeStarted() throws Exception {
        WarmUp.run(
                "orders",
                folder -> {
                    throw new IOException("no port is free");
                },
                () -> false);

        assertThat(lines()).containsExactly("orders has not warmed up, and is slow at first: no port is free");
    }
}
