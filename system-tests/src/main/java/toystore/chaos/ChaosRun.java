package toystore.chaos;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import toystore.common.Address;

/** What all who act in a run share. Thread-safe. */
final class ChaosRun {
    private static final Duration FINISH = Duration.ofSeconds(20);

    private final Address store;
    private final TestCatalog assortment = new TestCatalog();
    private final Violations faults = new Violations();
    private final AcknowledgedOrders ledger = new AcknowledgedOrders(faults);
    private final AvailabilityMonitor pulse = new AvailabilityMonitor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Deadline finish; // null until the store closes; shoppers look at it while they try again

    /** @param store where the frontend is */
    ChaosRun(Address store) {
        this.store = store;
    }

    Address store() {
        return store;
    }

    TestCatalog assortment() {
        return assortment;
    }

    Violations faults() {
        return faults;
    }

    AcknowledgedOrders ledger() {
        return ledger;
    }

    AvailabilityMonitor pulse() {
        return pulse;
    }

    /** Tells everybody to finish what they have begun, and to begin nothing new. */
    void close() {
        finish = new Deadline(FINISH);
        closing.countDown();
    }

    /** Tells everybody to wait for nothing any more. */
    void end() {
        closing.countDown();
        over.countDown();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Whether who has not finished by now should give up. */
    boolean isLate() {
        Deadline deadline = finish;
        return deadline != null && deadline.isOver();
    }

    /** Waits, but not longer than until the store closes; returns whether it does. */
    boolean awaitClosing(Duration most) throws InterruptedException {
        return closing.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits, but not longer than until all is over; returns whether it is. */
    boolean awaitEnd(Duration most) throws InterruptedException {
        return over.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }
}
