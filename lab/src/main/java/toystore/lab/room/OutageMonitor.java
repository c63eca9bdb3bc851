package toystore.lab.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.shoppers.AvailabilityMonitor;
import toystore.lab.store.LabStore.Service;

/**
 * Turns acknowledged orders into events. Thread-safe.
 *
 * <p>An outage lasts from the last acknowledgement before it to the first one after it; times under 200 ms without an
 * acknowledgement are none. A fault ends with the first acknowledgement of an order that was sent after it.
 * Acknowledgements may come in another order than that in which they were received.
 */
final class OutageMonitor implements AvailabilityMonitor.Listener {
    private static final Duration LEAST = Duration.ofMillis(200);
    private static final int NONE = 0;

    private final AvailabilityMonitor availability;
    private final RoomTimeline timeline;

    @GuardedBy("this")
    private final List<Fault> faults = new ArrayList<>(); // whose effect is not over

    @GuardedBy("this")
    private int outage = NONE; // the event of the outage that lasts

    @GuardedBy("this")
    private long outageBegan; // System.nanoTime()

    @GuardedBy("this")
    private long lastEnd; // of an outage, System.nanoTime(); not set before the first one

    @GuardedBy("this")
    private boolean anyEnded;

    @GuardedBy("this")
    private boolean paused = true; // until the shoppers come

    @GuardedBy("this")
    private boolean loadEnded;

    private record Fault(int event, long effective) {}

    OutageMonitor(AvailabilityMonitor availability, RoomTimeline timeline) {
        this.availability = availability;
        this.timeline = timeline;
    }

    /**
     * Ends the event of a fault with the first acknowledgement of an order that is sent after this call.
     *
     * @param event its number
     */
    synchronized void faultIsEffective(int event) {
        if (loadEnded) {
            timeline.end(event, timeline.now());
        } else {
            faults.add(new Fault(event, System.nanoTime()));
        }
    }

    @Override
    public synchronized void acknowledged(long sent, long previous, long now) {
        for (int i = faults.size() - 1; i >= 0; i--) {
            if (sent - faults.get(i).effective() > 0) {
                timeline.end(faults.get(i).event(), timeline.millis(now));
                faults.remove(i);
            }
        }
        if (outage != NONE || (!paused && now - previous >= LEAST.toNanos() && !isKnown(previous))) {
            if (outage == NONE) {
                begin(previous);
            }
            long end = timeline.millis(now);
            timeline.end(outage, end, "no orders for " + (end - timeline.millis(outageBegan)) + " ms");
            outage = NONE;
            lastEnd = now;
            anyEnded = true;
        }
    }

    /** Returns whether the time after an acknowledgement belongs to an outage that has ended. */
    @GuardedBy("this")
    private boolean isKnown(long previous) {
        return anyEnded && previous - lastEnd < 0;
    }

    /** Begins the event of an outage as soon as it is one. */
    synchronized void look() {
        long last = availability.lastAcknowledged();
        if (outage == NONE && !paused && System.nanoTime() - last >= LEAST.toNanos()) {
            begin(last);
        }
    }

    @GuardedBy("this")
    private void begin(long lastAcknowledged) {
        outageBegan = lastAcknowledged;
        outage = timeline.begin(
                EventKind.OUTAGE, List.of(Service.values()), "no orders", timeline.millis(lastAcknowledged));
    }

    /** From now on the shoppers send nothing, so that there is no outage. */
    synchronized void pause() {
        paused = true;
    }

    /** The shoppers send again. */
    synchronized void resume() {
        paused = loadEnded;
        availability.startWatch();
    }

    /** The shoppers send nothing any more: outage and faults end now, and later faults at once. */
    synchronized void endLoad() {
        long now = timeline.now();
        loadEnded = true;
        paused = true;
        faults.forEach(fault -> timeline.end(fault.event(), now));
        faults.clear();
        timeline.end(outage, now);
        outage = NONE;
    }
}
