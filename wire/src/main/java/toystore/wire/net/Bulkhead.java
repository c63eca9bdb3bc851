package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the calls to one service that are in progress. Thread-safe.
 *
 * <p>A further caller waits only while the service is not slow. So a service that hangs holds as many threads as calls
 * may be in progress, and no more.
 */
final class Bulkhead {
    private final int limit;
    private final Duration slowCall;
    private final Semaphore permits;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet(); // in progress

    /** A call in progress, until it is closed. */
    final class Call implements Closeable {
        private final long start = System.nanoTime();

        private Call() {}

        @Override
        public void close() {
            calls.remove(this);
            permits.release();
        }
    }

    /**
     * @param limit of the calls in progress
     * @param slowCall a service with a call that takes longer is slow
     */
    Bulkhead(int limit, Duration slowCall) {
        this.limit = limit;
        this.slowCall = slowCall;
        this.permits = new Semaphore(limit);
    }

    /**
     * Begins a call.
     *
     * @throws IOException if too many are in progress, and the service is slow
     */
    Call enter() throws IOException, InterruptedException {
        while (!permits.tryAcquire()) {
            long wait = slowCall.minus(longestCall()).toNanos();
            if (wait <= 0) {
                throw new IOException("too many calls are in progress (limit " + limit + "), the first one for "
                        + longestCall().toMillis() + " ms");
            }
            if (permits.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                break;
            } // if that call has ended meanwhile, and others were quicker, the service is not slow
        }
        Call call = new Call();
        calls.add(call);
        return call;
    }

    /** The number of calls in progress. */
    int inProgress() {
        return limit - permits.availablePermits();
    }

    private Duration longestCall() {
        long now = System.nanoTime();
        return Duration.ofNanos(
                calls.stream().mapToLong(call -> now - call.start).max().orElse(0));
    }
}
