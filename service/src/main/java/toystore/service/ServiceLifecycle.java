package toystore.service;

import ch.qos.logback.classic.LoggerContext;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.common.cli.Program;

/**
 * Runs a service from its command line to the end of its process. Thread-safe.
 *
 * <p>Once the service serves, it prints one line on stdout, {@code ready <service> <host>:<port>}. On SIGTERM it
 * closes and exits with code 0; after {@link #fail} with another code. If SIGTERM arrives while the service starts,
 * the start is finished first, so that nothing is left half-done.
 */
public final class ServiceLifecycle {
    private static final int START_SECONDS = 5;
    private static final int STOP_SECONDS = 20;
    /** One of the JVM for the signal, the shutdown hook, its deadline, and some that close the service. */
    private static final int THREADS_TO_STOP = 6;
    /** More than a copy of a service has, with its clients and stand-ins. */
    private static final int THREADS_TO_WARM_UP = 60;

    private final String service;
    private final AtomicInteger exitCode = new AtomicInteger(Program.OK);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicReference<Closeable> serving = new AtomicReference<>();
    private final CountDownLatch started = new CountDownLatch(1); // it serves, or the start has failed
    private volatile boolean stopRequested; // written by the shutdown hook

    private ServiceLifecycle(String service) {
        this.service = service;
    }

    /**
     * Runs the command line of a service, and ends the process. To be called before anything else.
     *
     * @param command makes the command, which starts the service and calls {@link #serve}
     */
    public static void run(String service, Function<ServiceLifecycle, Callable<Integer>> command, String... args) {
        ServiceLifecycle lifecycle = begin(service);
        lifecycle.exitCode.compareAndSet(Program.OK, Program.run(command.apply(lifecycle), args));
        lifecycle.started.countDown();
        System.exit(lifecycle.exitCode.get());
    }

    /** Handles SIGTERM from now on. For a service without a command line; {@link #run} does it for others. */
    public static ServiceLifecycle begin(String service) {
        ServiceLifecycle lifecycle = new ServiceLifecycle(service);
        Thread.setDefaultUncaughtExceptionHandler(Threads::died);
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(lifecycle::stop, service + "-stop"));
        } catch (IllegalStateException alreadyStopping) {
            Runtime.getRuntime().halt(Program.OK);
        }
        return lifecycle;
    }

    /**
     * Warms up, for about a second. To be called when the service is open, before {@link #serve}. It ends early on
     * SIGTERM.
     *
     * @param open the service, which is closed on SIGTERM
     * @param copy starts a copy of the service
     * @param isBusy whether the service has requests of its own, so that the warm-up must end
     */
    public void warmUp(Closeable open, WarmUp.Opener copy, BooleanSupplier isBusy) throws InterruptedException {
        serving.set(open);
        try {
            requireThreads(THREADS_TO_WARM_UP, "to warm up");
            WarmUp.run(service, copy, () -> stopRequested || isBusy.getAsBoolean());
        } catch (IOException e) {
            log().warn("{} has not warmed up, and is slow at first: {}", service, e.getMessage());
        }
    }

    /**
     * Prints that the service serves, and waits until the process ends. Returns, with an exit code, only if the line
     * could not be printed, because a supervisor would wait for it forever, and no SIGTERM has arrived meanwhile.
     *
     * @throws IOException if the threads that handle SIGTERM could not be started
     */
    public int serve(Address address, Closeable service) throws IOException, InterruptedException {
        serving.set(service);
        requireThreads(THREADS_TO_STOP, "to stop the process");
        System.out.println("ready " + this.service + " " + address);
        if (System.out.checkError() && !stopRequested) {
            return Program.FAILED;
        }
        log().info("{} serves on {}", this.service, address);
        started.countDown();
        new CountDownLatch(1).await();
        throw new AssertionError("unreachable");
    }

    /** Checks that threads can be started: a JVM without free threads ignores SIGTERM, which it handles on new ones. */
    private static void requireThreads(int number, String purpose) throws IOException {
        CountDownLatch all = new CountDownLatch(1);
        int spare = 0;
        try {
            for (; spare < number; spare++) {
                Threads.named("spare-" + spare, () -> awaitEnd(all)).start();
            }
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    number + " threads must be left " + purpose + ", and " + spare + " could be started: "
                            + e.getMessage(),
                    e);
        } finally {
            all.countDown();
        }
    }

    /** Ends the process after a fatal failure: requests in progress are answered, and the exit code is not 0. */
    public void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        if (isSystemFailure(cause)) {
            log().error("{} ends: {}", service, cause.getMessage());
        } else {
            log().error("{} ends: {}", service, cause.getMessage(), cause);
        }
        exitCode.set(Program.FAILED);
        Threads.named(service + "-fail", () -> System.exit(Program.FAILED)).start();
    }

    /** Returns whether it is a failure like a full disk, for which a stack trace is of no use. */
    private static boolean isSystemFailure(Throwable cause) {
        return cause instanceof IOException && (cause.getCause() == null || isSystemFailure(cause.getCause()));
    }

    private static void awaitEnd(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        stopRequested = true;
        Threads.named(service + "-stop-deadline", this::haltWhenLate).start();
        try {
            if (!started.await(START_SECONDS, TimeUnit.SECONDS)) {
                log().warn("{} stops before it has started", service);
            }
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        flushLog();
        // unless it is halted, a JVM that gets a signal exits with 128 + the number of the signal
        Runtime.getRuntime().halt(exitCode.get());
    }

    /** Bounds the time to stop, even if the disk or the reader of the log hangs. */
    private void haltWhenLate() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            if (!never.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                Thread logging = Threads.named(
                        service + "-stop-late", () -> log().error("{} did not stop in {} s", service, STOP_SECONDS));
                logging.start();
                logging.join(1000);
                Runtime.getRuntime().halt(Program.FAILED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not a constant: the set-up of logging would delay the handling of SIGTERM. */
    private static Logger log() {
        return LoggerFactory.getLogger(ServiceLifecycle.class);
    }

    /** Writes the lines of requests that are still in the queue of their thread, for which a halt does not wait. */
    private static void flushLog() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
            loggers.stop();
        }
    }

    private void close() {
        Closeable open = serving.get();
        if (open == null) {
            return;
        }
        log().info("{} stops", service);
        try {
            open.close();
            log().info("{} has stopped", service);
            if (failure.get() != null) {
                log().error("{} has failed: {}", service, failure.get().getMessage()); // again, as the last line
            }
        } catch (IOException | RuntimeException e) {
            log().error("{} could not stop cleanly", service, e);
            exitCode.set(Program.FAILED);
        }
    }
}
