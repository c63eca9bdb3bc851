package toystore.lab.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import toystore.common.BackgroundLoop;
import toystore.lab.room.RoomState.TracedOrder;

/**
 * Sends one request after the other, at a steady rate, on a thread of its own, and measures how long a shopper waits.
 * Thread-safe.
 *
 * <p>A request that fails is sent again: its latency ends with its success. A slow request keeps later ones from being
 * sent, and they count as if they had waited, too: a request that takes 100 ms, where one is due every 40 ms, counts as
 * requests of 100, 60 and 20 ms. The request in progress counts with the time that it has taken so far. Otherwise a
 * store that hangs would look like one without requests.
 */
final class Probe implements Closeable {
    static final Duration INTERVAL = Duration.ofMillis(40);

    private static final long INTERVAL_NANOS = INTERVAL.toNanos();
    private static final long WINDOW_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long SLOWEST_OF_NANOS = Duration.ofMinutes(5).toNanos();
    private static final int MAX_RECENT = 5;
    private static final long IDLE = Long.MIN_VALUE;

    private final Request request;
    private final BackgroundLoop loop;

    @GuardedBy("this")
    private final Deque<Latency> window = new ArrayDeque<>(); // of the last 2 s

    @GuardedBy("this")
    private final Deque<Traced> recent = new ArrayDeque<>();

    @GuardedBy("this")
    private Traced slowest;

    @GuardedBy("this")
    private long begun = IDLE; // the System.nanoTime() at which the request in progress was sent first

    /** A request, and all its repetitions. */
    interface Request {
        /**
         * Sends the request until it succeeds.
         *
         * @param start to be called when the request is sent first
         * @return the id by which logs trace it, which is empty if none does; none if the request was given up
         */
        Optional<String> send(Runnable start) throws InterruptedException;
    }

    private record Latency(long end, long nanos) {}

    private record Traced(String id, long begun, long nanos) {}

    /** The percentiles in milliseconds; NaN without requests. */
    record Percentiles(double p50, double p99) {}

    /** A probe that is not started yet. */
    Probe(Request request) {
        this.request = request;
        this.loop = new BackgroundLoop("lab-probe", Duration.ZERO, this::probe);
    }

    void start() {
        loop.start();
    }

    private Duration probe() throws InterruptedException {
        Optional<String> id = request.send(this::begin);
        return INTERVAL.minusNanos(end(id) % INTERVAL_NANOS);
    }

    private synchronized void begin() {
        begun = System.nanoTime();
    }

    private synchronized long end(Optional<String> id) {
        long since = begun;
        begun = IDLE;
        if (since == IDLE || id.isEmpty()) {
            return 0;
        }
        long now = System.nanoTime();
        Traced traced = new Traced(id.get(), since, now - since);
        prune(now);
        for (long nanos = traced.nanos(); nanos > 0 && now - traced.begun() - nanos < WINDOW_NANOS; ) {
            window.add(new Latency(now, nanos));
            nanos -= INTERVAL_NANOS;
        }
        if (!traced.id().isEmpty()) {
            recent.addLast(traced);
            if (recent.size() > MAX_RECENT) {
                recent.removeFirst();
            }
            if (slowest == null || traced.nanos() > slowest.nanos() || now - slowest.begun() > SLOWEST_OF_NANOS) {
                slowest = traced;
            }
        }
        return traced.nanos();
    }

    @GuardedBy("this")
    private void prune(long now) {
        while (!window.isEmpty() && now - window.getFirst().end() > WINDOW_NANOS) {
            window.removeFirst();
        }
    }

    /** Returns the percentiles of the requests of the last 2 s. */
    synchronized Percentiles percentiles() {
        long now = System.nanoTime();
        prune(now);
        List<Long> pending = new ArrayList<>();
        if (begun != IDLE) {
            for (long nanos = now - begun; nanos > 0 && now - begun - nanos < WINDOW_NANOS; nanos -= INTERVAL_NANOS) {
                pending.add(nanos);
            }
        }
        long[] sorted = new long[window.size() + pending.size()];
        int n = 0;
        for (Latency latency : window) {
            sorted[n++] = latency.nanos();
        }
        for (long nanos : pending) {
            sorted[n++] = nanos;
        }
        Arrays.sort(sorted);
        return new Percentiles(percentile(sorted, 0.5), percentile(sorted, 0.99));
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(sorted.length * share) - 1] / 1e6;
    }

    /** Returns the last requests that logs trace, and the slowest one of the last minutes. */
    synchronized List<TracedOrder> traces(RoomTimeline timeline) {
        Collection<Traced> all = new ArrayList<>();
        if (slowest != null && !recent.contains(slowest)) {
            all.add(slowest);
        }
        all.addAll(recent);
        return all.stream()
                .map(one ->
                        new TracedOrder(one.id(), timeline.millis(one.begun()), Math.round(one.nanos() / 1e5) / 10.0))
                .toList();
    }

    /** Ends the probe without waiting for that. */
    @Override
    public void close() {
        loop.interrupt();
    }
}
