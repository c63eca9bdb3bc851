package toystore.wire.program;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.wire.net.Address;

/**
 * A service's life once it serves: it says so on stdout in one line, {@code ready <service> <host>:<port>}, waits for
 * SIGTERM, closes, and exits 0; or non-zero after {@link #fail}.
 */
public final class Lifetime {
    private static final Logger log = LoggerFactory.getLogger(Lifetime.class);

    private final String service;
    private final AtomicInteger exitCode = new AtomicInteger(Program.OK);

    public Lifetime(String service) {
        this.service = service;
    }

    /** Says that it serves, and does not return: the process ends when it is told to. */
    public int serve(Address address, Closeable serving) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(serving), service + "-stop"));
        System.out.println("ready " + service + " " + address);
        log.info("{} serves on {}", service, address);
        new CountDownLatch(1).await();
        throw new AssertionError("unreachable");
    }

    /** Ends the process because it must not go on: what runs gets its answer, and the exit code is not 0. */
    public void fail(Throwable cause) {
        log.error("{} ends: {}", service, cause.getMessage(), cause);
        exitCode.set(Program.FAILED);
        new Thread(() -> System.exit(Program.FAILED), service + "-fail").start();
    }

    private void stop(Closeable serving) {
        log.info("{} stops", service);
        try {
            serving.close();
            log.info("{} has stopped", service);
        } catch (IOException | RuntimeException e) {
            log.error("{} could not stop cleanly", service, e);
            exitCode.set(Program.FAILED);
        }
        // a JVM that was ended by a signal exits with 128 + the signal's number unless it is halted
        Runtime.getRuntime().halt(exitCode.get());
    }
}
