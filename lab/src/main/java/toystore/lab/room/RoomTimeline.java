package toystore.lab.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.room.RoomState.RoomEvent;
import toystore.lab.room.StoreSample.Column;
import toystore.lab.store.LabStore.Service;

/**
 * The samples, epochs and events of the last minutes. Thread-safe.
 *
 * <p>Samples have consecutive numbers. The names of epochs, and every change of an event, have the number of the sample
 * that followed them, so that one number says which of all three a page has. A sample takes about 0.5 KB.
 */
final class RoomTimeline {
    private final Instant started;
    private final long startedNanos;
    private final int capacity;

    @GuardedBy("this")
    private final List<List<Object>> samples; // the sample of number n is at n modulo the length

    @GuardedBy("this")
    private long next; // the number of the next sample

    @GuardedBy("this")
    private final List<String> epochs = new ArrayList<>();

    @GuardedBy("this")
    private final List<Long> epochsBefore = new ArrayList<>(); // the number of the next sample when each was opened

    @GuardedBy("this")
    private final TreeMap<Integer, Change> events = new TreeMap<>(); // by their numbers

    @GuardedBy("this")
    private int lastEvent;

    private record Change(long before, RoomEvent event) {}

    /**
     * A part of a timeline; the fields are those of {@link RoomState}.
     *
     * @param next the number of the first sample after it
     * @param more whether that sample exists
     */
    record Part(
            List<List<Object>> samples,
            int epochsFrom,
            List<String> epochs,
            List<RoomEvent> events,
            long next,
            boolean more) {}

    /** An empty timeline that begins now. */
    RoomTimeline(int capacity) {
        this(capacity, Instant.now());
    }

    private RoomTimeline(int capacity, Instant started) {
        this.capacity = capacity;
        this.samples = new ArrayList<>();
        this.started = started;
        this.startedNanos = System.nanoTime();
    }

    /**
     * The timeline of a recording.
     *
     * @throws IllegalArgumentException if its samples are not those of this version
     */
    static RoomTimeline of(RoomState recording) {
        RoomTimeline timeline =
                new RoomTimeline(Math.max(1, recording.samples().size()), Instant.parse(recording.started()));
        timeline.fill(recording);
        return timeline;
    }

    private synchronized void fill(RoomState recording) {
        for (int i = 0; i < recording.epochsFrom() + recording.epochs().size(); i++) {
            epochs.add(i < recording.epochsFrom() ? "" : recording.epochs().get(i - recording.epochsFrom()));
            epochsBefore.add(0L);
        }
        List<RoomEvent> waiting = new ArrayList<>(recording.events());
        for (List<Object> sample : recording.samples()) {
            StoreSample.check(sample);
            take(waiting, ((Number) Column.T.in(sample)).doubleValue());
            add(sample);
        }
        take(waiting, Double.POSITIVE_INFINITY);
    }

    /** Adds the events that were over at a time, so that they are sent with the samples of that time. */
    @GuardedBy("this")
    private void take(List<RoomEvent> waiting, double time) {
        for (Iterator<RoomEvent> rest = waiting.iterator(); rest.hasNext(); ) {
            RoomEvent event = rest.next();
            if ((event.end() == null ? event.t() : event.end()) <= time) {
                rest.remove();
                lastEvent = Math.max(lastEvent, event.n());
                events.put(event.n(), new Change(next, event));
            }
        }
    }

    Instant started() {
        return started;
    }

    /** Returns a {@link System#nanoTime()} in milliseconds since the start. */
    long millis(long nanos) {
        return Math.floorDiv(nanos - startedNanos, 1_000_000);
    }

    /** Returns the milliseconds since the start. */
    long now() {
        return millis(System.nanoTime());
    }

    /** Adds a sample, and drops the oldest one, and the events that ended before it, if there are too many. */
    synchronized void add(List<Object> row) {
        if (samples.size() < capacity) {
            samples.add(row);
        } else {
            samples.set(index(next), row);
        }
        next++;
        for (Iterator<Change> all = events.values().iterator(); all.hasNext(); ) {
            Change change = all.next();
            if (change.before() < first() && change.event().end() != null) {
                all.remove();
            }
        }
    }

    /** Returns the index of an epoch, which is new if it is not the last one. */
    synchronized int epoch(String name) {
        if (epochs.isEmpty() || !epochs.get(epochs.size() - 1).equals(name)) {
            epochs.add(name);
            epochsBefore.add(next);
        }
        return epochs.size() - 1;
    }

    /** Adds an event that lasts. Returns its number. */
    int begin(EventKind kind, List<Service> services, String text, long t) {
        return add(kind, services, text, t, null);
    }

    /** Adds an event that is over. */
    void add(EventKind kind, List<Service> services, String text, long t) {
        add(kind, services, text, t, t);
    }

    synchronized int add(EventKind kind, List<Service> services, String text, long t, Long end) {
        lastEvent++;
        events.put(lastEvent, new Change(next, new RoomEvent(lastEvent, t, end, kind, services, text)));
        return lastEvent;
    }

    /** Ends an event; one that has ended stays as it is. */
    synchronized void end(int n, long t) {
        Change change = events.get(n);
        if (change != null) {
            end(n, t, change.event().text());
        }
    }

    /** The same, with a new text. */
    synchronized void end(int n, long t, String text) {
        Change change = events.get(n);
        if (change != null && change.event().end() == null) {
            events.put(n, new Change(next, change.event().until(t, text)));
        }
    }

    /** Returns everything. */
    Part all() {
        return since(0, Integer.MAX_VALUE, item -> 0);
    }

    /**
     * Returns what is new since a sample; with a number that this timeline does not have, everything.
     *
     * @param since the number of the first sample
     * @param most the sum of the sizes of all items; a part has more if its first item is larger
     */
    synchronized Part since(long since, int most, ToIntFunction<Object> size) {
        long from = since < first() || since > next ? first() : since;
        int[] sizes = new int[(int) (next - from) + 1]; // of the epochs and events before each sample
        for (int i = firstEpoch(); i < epochs.size(); i++) {
            addSize(sizes, from, epochsBefore.get(i), size.applyAsInt(epochs.get(i)));
        }
        for (Change change : events.values()) {
            addSize(sizes, from, change.before(), size.applyAsInt(change.event()));
        }
        List<List<Object>> rows = new ArrayList<>();
        long to = from;
        int left = most - sizes[0];
        while (to < next) {
            List<Object> row = samples.get(index(to));
            left -= size.applyAsInt(row);
            if (left < 0 && to > from) {
                return part(rows, from, to, true);
            }
            rows.add(row);
            to++;
            left -= sizes[(int) (to - from)];
        }
        boolean whole = left >= 0 || rows.isEmpty();
        return part(rows, from, whole ? next + 1 : next, !whole);
    }

    @GuardedBy("this")
    private void addSize(int[] sizes, long from, long before, int size) {
        long sample = Math.max(before, first());
        if (sample >= from) {
            sizes[(int) (sample - from)] += size;
        }
    }

    @GuardedBy("this")
    private Part part(List<List<Object>> rows, long from, long to, boolean more) {
        List<String> names = new ArrayList<>();
        int epochsTo = firstEpoch();
        while (epochsTo < epochs.size() && isBefore(epochsBefore.get(epochsTo), to)) {
            if (!isBefore(epochsBefore.get(epochsTo), from)) {
                names.add(epochs.get(epochsTo));
            }
            epochsTo++;
        }
        List<RoomEvent> changed = new ArrayList<>();
        for (Change change : events.values()) {
            if (isBefore(change.before(), to) && !isBefore(change.before(), from)) {
                changed.add(change.event());
            }
        }
        return new Part(rows, epochsTo - names.size(), names, changed, Math.min(to, next), more);
    }

    @GuardedBy("this")
    private boolean isBefore(long before, long sample) {
        return Math.max(before, first()) < sample;
    }

    /** The number of the oldest sample. */
    @GuardedBy("this")
    private long first() {
        return Math.max(0, next - capacity);
    }

    /** The index of the first epoch that a sample has. */
    @GuardedBy("this")
    private int firstEpoch() {
        for (long n = first(); n < next; n++) {
            if (Column.EPOCH.in(samples.get(index(n))) instanceof Number epoch) {
                return epoch.intValue();
            }
        }
        return 0;
    }

    @GuardedBy("this")
    private int index(long n) {
        return (int) (n % capacity);
    }
}
