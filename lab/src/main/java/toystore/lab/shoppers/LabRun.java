package toystore.lab.shoppers;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import toystore.client.http.Origin;
import toystore.lab.store.LabCatalog;

/** The state of one run, which shoppers, restocker, fault injector and inspection share. Thread-safe. */
public final class LabRun {
    /** Between two attempts to send a request. */
    public static final Duration RETRY_PAUSE = Duration.ofMillis(50);

    private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final List<Origin> frontends; // of each cell of the store
    private final LabCatalog catalog = new LabCatalog();
    private final Violations violations = new Violations();
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders(violations);
    private final Map<Origin, AvailabilityMonitor> availability;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final RequestCounts counts = new RequestCounts();
    private final ReentrantReadWriteLock pause = new ReentrantReadWriteLock(true); // fair, so that a pause begins soon
    private volatile long finishBy; // System.nanoTime(); set before closing; shoppers read it while they try again

    /** With a store of one cell. */
    public LabRun(Origin frontend) {
        this(List.of(frontend));
    }

    /** @param frontends of the cells of the store */
    public LabRun(List<Origin> frontends) {
        this.frontends = List.copyOf(frontends);
        this.availability = frontends.stream()
                .collect(Collectors.toMap(frontend -> frontend, frontend -> new AvailabilityMonitor()));
    }

    /** Returns the frontend of the first cell. */
    public Origin frontend() {
        return frontends.get(0);
    }

    public List<Origin> frontends() {
        return frontends;
    }

    public LabCatalog catalog() {
        return catalog;
    }

    public Violations violations() {
        return violations;
    }

    public AcknowledgedOrders acknowledged() {
        return acknowledged;
    }

    /** Returns the monitor of the first cell. */
    public AvailabilityMonitor availability() {
        return availability(frontend());
    }

    /** Returns the monitor of the orders that go through a frontend. */
    public AvailabilityMonitor availability(Origin frontend) {
        return availability.get(frontend);
    }

    public RequestCounts counts() {
        return counts;
    }

    /** Shoppers and restocker hold this lock from the first request of an action until they know its outcome. */
    public Lock activity() {
        return pause.readLock();
    }

    /**
     * Lets shoppers and restocker finish what they have begun, and begin nothing new until the same thread calls {@link
     * #resume}. Returns false, with nothing paused, if they do not finish in time.
     */
    public boolean pause(Duration most) throws InterruptedException {
        return pause.writeLock().tryLock(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    public void resume() {
        pause.writeLock().unlock();
    }

    /** Tells shoppers and restocker to finish what they have begun within 20 s, and to begin nothing new. */
    public void close() {
        finishBy = System.nanoTime() + FINISH_TIMEOUT.toNanos();
        closing.countDown();
    }

    /** Ends every wait at once. */
    public void end() {
        closing.countDown();
        ended.countDown();
    }

    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Returns whether the time to finish after {@link #close} is over, or the run has ended. */
    public boolean isFinishTimeOver() {
        return hasEnded() || (closing.getCount() == 0 && System.nanoTime() - finishBy >= 0);
    }

    /** Waits for that long or until the run closes; returns whether it closes. */
    public boolean awaitClosing(Duration most) throws InterruptedException {
        return closing.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for that long or until the run ends; returns whether it has ended. */
    public boolean awaitEnd(Duration most) throws InterruptedException {
        return ended.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A condition for which {@link #await} waits. */
    public interface Condition {
        boolean isMet() throws IOException;
    }

    /** Polls a condition until it is met or the time is over; returns whether it is met. */
    public boolean await(Duration most, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        boolean met = condition.isMet();
        while (!met && System.nanoTime() - end < 0) {
            awaitEnd(POLL_INTERVAL);
            met = condition.isMet();
        }
        return met;
    }
}
