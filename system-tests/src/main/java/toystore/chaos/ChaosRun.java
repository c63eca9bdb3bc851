package toystore.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import toystore.common.Address;

/** The state of one run, which shoppers, restocker, fault injector and inspection share. Thread-safe. */
final class ChaosRun {
    private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final Address frontend;
    private final TestCatalog catalog = new TestCatalog();
    private final Violations violations = new Violations();
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders(violations);
    private final AvailabilityMonitor availability = new AvailabilityMonitor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long finishBy; // System.nanoTime(); set before closing; shoppers read it while they try again

    ChaosRun(Address frontend) {
        this.frontend = frontend;
    }

    Address frontend() {
        return frontend;
    }

    TestCatalog catalog() {
        return catalog;
    }

    Violations violations() {
        return violations;
    }

    AcknowledgedOrders acknowledged() {
        return acknowledged;
    }

    AvailabilityMonitor availability() {
        return availability;
    }

    /** Tells shoppers and restocker to finish what they have begun within 20 s, and to begin nothing new. */
    void close() {
        finishBy = System.nanoTime() + FINISH_TIMEOUT.toNanos();
        closing.countDown();
    }

    /** Ends every wait at once. */
    void end() {
        closing.countDown();
        ended.countDown();
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Returns whether the time to finish after {@link #close} is over, or the run has ended. */
    boolean isFinishTimeOver() {
        return hasEnded() || (closing.getCount() == 0 && System.nanoTime() - finishBy >= 0);
    }

    /** Waits for that long or until the run closes; returns whether it closes. */
    boolean awaitClosing(Duration most) throws InterruptedException {
        return closing.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for that long or until the run ends; returns whether it has ended. */
    boolean awaitEnd(Duration most) throws InterruptedException {
        return ended.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A condition for which {@link #await} waits. */
    interface Condition {
        boolean isMet() throws IOException;
    }

    /** Polls a condition until it is met or the time is over; returns whether it is met. */
    boolean await(Duration most, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        boolean met = condition.isMet();
        while (!met && System.nanoTime() - end < 0) {
            awaitEnd(POLL_INTERVAL);
            met = condition.isMet();
        }
        return met;
    }
}
