package toystore.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.common.Threads;

/**
 * Sends requests to a copy of a service, so that the JVM has loaded and compiled what a request needs before the first
 * one arrives.
 *
 * <p>The copy has a temporary data folder, and stand-ins for the services that it calls. The real service is open
 * meanwhile. The warm-up ends early once that is busy, so that a restart takes no longer than without it.
 *
 * <p>Requests come in bursts: during the pauses, the compilers have the processors for themselves. The log has no line
 * of the copy, but one at the end.
 */
public final class WarmUp {
    /** Messages that a service gets from other services when they start, before any request of a shopper. */
    public static final long START_UP_MESSAGES = 20;

    /** Where a copy and its stand-ins listen. */
    public static final Address LISTEN = new Address("127.0.0.1", 0);

    private static final org.slf4j.Logger log = LoggerFactory.getLogger(WarmUp.class);
    static final int CLIENTS = 4;
    /** From the first request on. */
    private static final Duration TIME = Duration.ofMillis(700);

    private static final Duration BURST = Duration.ofMillis(180);
    private static final Duration PAUSE = Duration.ofMillis(80);
    /** After that time, a copy that hangs is left alone. */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** A copy of a service, which is closed with all that belongs to it. */
    public interface Target extends Closeable {
        /** Makes another client of the copy. */
        Client connect() throws IOException;
    }

    /** A client of the copy. Not thread-safe. */
    public interface Client extends Closeable {
        /** Sends a request of each kind that is frequent, one after the other. */
        void request() throws Exception;

        @Override
        default void close() throws IOException {}
    }

    /** Starts a copy of the service. */
    public interface Opener {
        /** Starts it, with its files in a folder that is empty and will be deleted. */
        Target open(Path folder) throws Exception;
    }

    private final long start = System.nanoTime();
    private final String service;
    private final BooleanSupplier isOver;
    private final ThreadGroup threads;
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);

    private WarmUp(String service, BooleanSupplier isOver) {
        this.service = service;
        this.isOver = isOver;
        this.threads = new ThreadGroup(service + "-warm-up");
    }

    /**
     * Warms up, for about 0.8 s, and 3 s at most. A failure is logged, and has no other effect.
     *
     * @param isOver whether the warm-up must end, since the real service is busy
     */
    static void run(String service, Opener opener, BooleanSupplier isOver) throws InterruptedException {
        new WarmUp(service, isOver).run(opener);
    }

    private void run(Opener opener) throws InterruptedException {
        if (isOver()) {
            return;
        }
        Thread thread = new Thread(threads, () -> silently(() -> catching(() -> warmUp(opener))), service + "-warm-up");
        thread.setDaemon(true);
        catching(thread::start);
        thread.join(LIMIT.toMillis());
        if (thread.isAlive()) {
            fail(new IOException("it takes longer than " + LIMIT.toSeconds() + " s"));
        }
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        Throwable cause = failure.get();
        if (cause == null) {
            log.info("{} has warmed up, {} rounds in {} ms", service, rounds, millis);
        } else {
            log.warn("{} has not warmed up, and is slow at first: {}", service, cause.getMessage(), unexpected(cause));
        }
    }

    private void warmUp(Opener opener) throws Exception {
        Path folder = makeFolder();
        try (ResourceStack opened = new ResourceStack()) {
            opened.add(() -> delete(folder));
            Target target = opened.add(opener.open(folder));
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(opened.add(target.connect()));
            }
            long end = System.nanoTime() + TIME.toNanos();
            while (end - System.nanoTime() > 0 && !isOver()) {
                burst(clients, Math.min(System.nanoTime() + BURST.toNanos(), end));
                if (end - System.nanoTime() > PAUSE.toNanos()) {
                    failed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private static Path makeFolder() throws IOException {
        try {
            return Files.createTempDirectory("toystore-warm-up");
        } catch (IOException e) {
            throw new IOException("the system's folder of temporary files cannot be used: " + e, e);
        }
    }

    /** Lets every client send requests until a moment on the clock of {@link System#nanoTime()}. */
    private void burst(List<Client> clients, long end) throws InterruptedException {
        List<Thread> running = new ArrayList<>();
        for (Client client : clients) {
            Thread thread = Threads.named(service + "-warm-up", () -> catching(() -> send(client, end)));
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
    }

    private void send(Client client, long end) throws Exception {
        while (System.nanoTime() - end < 0 && !isOver()) {
            client.request();
            rounds.incrementAndGet();
        }
    }

    private boolean isOver() {
        return failure.get() != null || isOver.getAsBoolean();
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Whatever is wrong with a copy, the service serves. */
    private void catching(Step step) {
        try {
            step.run();
        } catch (OutOfMemoryError | Exception e) { // the first: no thread can be started
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        failed.countDown();
    }

    /** Returns the cause, with its stack trace for the log, if it is a fault of the program. */
    private static Throwable unexpected(Throwable cause) {
        return cause instanceof RuntimeException ? cause : null;
    }

    private void silently(Runnable task) {
        Silence silence = new Silence(threads);
        silence.begin();
        try {
            task.run();
        } finally {
            silence.end();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Drops what the threads of the copy log. A thread has the group of the one that started it. */
    private static final class Silence extends TurboFilter {
        private final ThreadGroup threads;

        Silence(ThreadGroup threads) {
            this.threads = threads;
        }

        void begin() {
            if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
                start();
                loggers.addTurboFilter(this);
            }
        }

        void end() {
            if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
                loggers.getTurboFilterList().remove(this);
            }
        }

        @Override
        public FilterReply decide(
                Marker marker, Logger logger, Level level, String format, Object[] params, Throwable cause) {
            boolean ofTheCopy = Thread.currentThread().getThreadGroup() == threads;
            boolean endsTheProcess = logger.getName().equals(Threads.class.getName());
            return ofTheCopy && !endsTheProcess ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }
}
