package toystore.lab.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import toystore.common.Threads;
import toystore.lab.chaos.FaultPlan;
import toystore.lab.chaos.ServiceFault;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.room.RoomState.RandomView;
import toystore.lab.room.ServiceControl.ConflictException;
import toystore.lab.shoppers.AvailabilityMonitor;
import toystore.lab.store.LabStore.Service;

/**
 * Injects the faults of chaos' plan until it is switched off. After each it waits for an acknowledged order, for 20 s at
 * most. A service that was killed or frozen by hand is repaired first. Thread-safe.
 */
final class RandomFaults {
    private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(20);
    private static final List<Service> ALL = List.of(Service.values());

    private final ServiceControl control;
    private final AvailabilityMonitor availability;
    private final RoomTimeline timeline;
    private final ReentrantLock fault = new ReentrantLock(true); // held from a fault until the store has recovered

    @GuardedBy("this")
    private CountDownLatch off; // null while they are off

    @GuardedBy("this")
    private long seed;

    RandomFaults(ServiceControl control, AvailabilityMonitor availability, RoomTimeline timeline, long seed) {
        this.control = control;
        this.availability = availability;
        this.timeline = timeline;
        this.seed = seed;
    }

    synchronized RandomView view() {
        return new RandomView(off != null, seed);
    }

    /** Starts a plan. */
    synchronized void switchOn(long newSeed) throws ConflictException {
        if (off != null) {
            throw new ConflictException("random faults are on already, with seed " + seed);
        }
        seed = newSeed;
        CountDownLatch end = new CountDownLatch(1);
        off = end;
        Threads.named("lab-random-faults", () -> run(new FaultPlan(newSeed), newSeed, end))
                .start();
    }

    /** Ends the plan after the current fault; does not wait for that. */
    synchronized void switchOff() throws ConflictException {
        if (off == null) {
            throw new ConflictException("random faults are off already");
        }
        off.countDown();
        off = null;
    }

    /**
     * Waits until no fault is in progress, and lets none begin until the same thread calls {@link #allow}. Returns false
     * if it took too long.
     */
    boolean prevent(Duration most) throws InterruptedException {
        return fault.tryLock(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    void allow() {
        fault.unlock();
    }

    private void run(FaultPlan plan, long planSeed, CountDownLatch end) {
        int event = timeline.begin(EventKind.RANDOM, ALL, "random faults, seed " + planSeed, timeline.now());
        try {
            ServiceFault next = plan.next();
            while (!end.await(next.before().toMillis(), TimeUnit.MILLISECONDS)) {
                fault.lockInterruptibly();
                try {
                    repair();
                    inject(next, end);
                    repair();
                    availability.awaitOrder(RECOVERY_TIMEOUT);
                } finally {
                    fault.unlock();
                }
                next = plan.next();
            }
        } catch (IOException ending) {
            // the store is closing, or a process has died just before its signal
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            timeline.end(event, timeline.now());
            synchronized (this) {
                if (off == end) { // it was not switched off
                    off = null;
                }
            }
        }
    }

    private void inject(ServiceFault next, CountDownLatch end) throws IOException, InterruptedException {
        try {
            switch (next.kind()) {
                case KILL -> control.kill(next.targets());
                case FREEZE -> control.freeze(next.targets());
                case TERMINATE -> {
                    control.stop(next.targets());
                    awaitStop(next.targets());
                }
            }
            end.await(next.down().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ConflictException changedByHand) {
            // the fault is left out
        }
    }

    private void awaitStop(List<Service> targets) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (targets.stream().anyMatch(control::isStopping)) {
            never.await(10, TimeUnit.MILLISECONDS);
        }
    }

    /** Lets frozen services continue, and starts dead ones. */
    private void repair() throws IOException, InterruptedException {
        try {
            List<Service> frozen = ALL.stream().filter(control::isFrozen).toList();
            if (!frozen.isEmpty()) {
                control.thaw(frozen);
            }
            List<Service> dead =
                    ALL.stream().filter(service -> !control.isAlive(service)).toList();
            if (!dead.isEmpty()) {
                control.start(dead);
            }
        } catch (ConflictException changedByHand) {
            // it is repaired
        }
    }
}
