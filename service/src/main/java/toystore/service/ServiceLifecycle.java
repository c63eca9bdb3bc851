package toystore.service;

import ch.qos.logback.classic.LoggerContext;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.common.cli.Program;

/**
 * A service's life: once it serves, it says so on stdout in one line, {@code ready <service> <host>:<port>}, waits for
 * SIGTERM, closes, and exits 0; or non-zero after {@link #fail}. A SIGTERM while it still starts lets it finish that,
 * so that it leaves nothing half-done, and then ends it just so.
 */
public final class ServiceLifecycle {
    private static final int START_SECONDS = 5;
    private static final int STOP_SECONDS = 20;
    /** The JVM's for the signal, ours, that which keeps the deadline, and some that end what the service has open. */
    private static final int THREADS_TO_STOP = 6;

    private final String service;
    private final AtomicInteger exitCode = new AtomicInteger(Program.OK);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicReference<Closeable> serving = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1); // never: the process is halted then
    private final CountDownLatch begun = new CountDownLatch(1); // it serves, or it will not

    private volatile boolean toldToStop; // written by the shutdown hook

    private ServiceLifecycle(String service) {
        this.service = service;
    }

    /** From now on a SIGTERM is obeyed: to be called before anything else. */
    public static ServiceLifecycle begin(String service) {
        ServiceLifecycle lifetime = new ServiceLifecycle(service);
        Thread.setDefaultUncaughtExceptionHandler(Threads::died);
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(lifetime::stop, service + "-stop"));
        } catch (IllegalStateException toldToStopAlready) {
            Runtime.getRuntime().halt(Program.OK);
        }
        return lifetime;
    }

    /** Runs the service's command line, and ends the process with its exit code should that ever return. */
    public void run(Callable<Integer> command, String... args) {
        exitCode.compareAndSet(Program.OK, Program.run(command, args));
        begun.countDown();
        System.exit(exitCode.get());
    }

    /**
     * Says that it serves, and does not return: the process ends when it is told to. It does return, with an exit code, if
     * that could not be said, as a supervisor would wait for it in vain; unless it was told to end meanwhile.
     *
     * @throws IOException if it could not be told to end, because that takes threads that cannot be started
     */
    public int serve(Address address, Closeable service) throws IOException, InterruptedException {
        serving.set(service);
        requireThreadsToStop();
        System.out.println("ready " + this.service + " " + address);
        if (System.out.checkError() && !toldToStop) {
            return Program.FAILED;
        }
        log().info("{} serves on {}", this.service, address);
        begun.countDown();
        new CountDownLatch(1).await();
        throw new AssertionError("unreachable");
    }

    /** A JVM that is short of threads ignores SIGTERM, as it handles signals and shuts down on new ones. */
    private static void requireThreadsToStop() throws IOException {
        CountDownLatch all = new CountDownLatch(1);
        int started = 0;
        try {
            for (; started < THREADS_TO_STOP; started++) {
                Threads.named("spare-" + started, () -> awaitEnd(all)).start();
            }
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    THREADS_TO_STOP + " threads must be left to stop the process, and " + started
                            + " could be started: " + e.getMessage(),
                    e);
        } finally {
            all.countDown();
        }
    }

    /** Ends the process because it must not go on: what runs gets its answer, and the exit code is not 0. */
    public void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        if (isOfTheSystem(cause)) {
            log().error("{} ends: {}", service, cause.getMessage());
        } else {
            log().error("{} ends: {}", service, cause.getMessage(), cause);
        }
        exitCode.set(Program.FAILED);
        Threads.named(service + "-fail", () -> System.exit(Program.FAILED)).start();
    }

    /** Such as a full disk: where in the program that was noticed says nothing. */
    private static boolean isOfTheSystem(Throwable cause) {
        return cause instanceof IOException && (cause.getCause() == null || isOfTheSystem(cause.getCause()));
    }

    private static void awaitEnd(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        toldToStop = true;
        Threads.named(service + "-stop-deadline", this::haltWhenLate).start();
        try {
            if (!begun.await(START_SECONDS, TimeUnit.SECONDS)) {
                log().warn("{} ends before it has started", service);
            }
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writeWhatWasLogged();
        // a JVM that was ended by a signal exits with 128 + the signal's number unless it is halted
        Runtime.getRuntime().halt(exitCode.get());
    }

    /** Stopping is bounded, also with a disk that never answers, or a log that nobody takes. */
    private void haltWhenLate() {
        try {
            if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                Thread telling = Threads.named(
                        service + "-stop-late", () -> log().error("{} did not stop in {} s", service, STOP_SECONDS));
                telling.start();
                telling.join(1000);
                Runtime.getRuntime().halt(Program.FAILED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not a constant: to set logging up takes longer than all else before a SIGTERM can be obeyed. */
    private static Logger log() {
        return LoggerFactory.getLogger(ServiceLifecycle.class);
    }

    /** The lines of requests are written by a thread of their own, which a halt would not wait for. */
    private static void writeWhatWasLogged() {
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
                log().error("{} had to end: {}", service, failure.get().getMessage()); // again, as the last line
            }
        } catch (IOException | RuntimeException e) {
            log().error("{} could not stop cleanly", service, e);
            exitCode.set(Program.FAILED);
        }
    }
}
