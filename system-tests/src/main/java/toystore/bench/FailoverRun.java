package toystore.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.common.Threads;

/**
 * Shoppers who order without a pause, and measure the longest time in which no order was acknowledged. Thread-safe.
 *
 * <p>An order that fails is sent again with its key after 10 ms.
 */
final class FailoverRun implements Closeable {
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(20));
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int CREATED = 201;

    private final Origin cell;
    private final int toys;
    private final List<Thread> shoppers = new ArrayList<>();
    private volatile boolean closed; // the shoppers end after their current try

    @GuardedBy("this")
    private final Set<String> acknowledged = new HashSet<>(); // their keys

    @GuardedBy("this")
    private long lastAcknowledged = System.nanoTime();

    @GuardedBy("this")
    private long longestGap;

    /** Starts the shoppers. */
    FailoverRun(Origin cell, int shoppers, int toys) {
        this.cell = cell;
        this.toys = toys;
        for (int i = 0; i < shoppers; i++) {
            SplittableRandom random = new SplittableRandom(i);
            this.shoppers.add(Threads.named("bench-shopper-" + i, () -> shop(random)));
        }
        this.shoppers.forEach(Thread::start);
    }

    private void shop(SplittableRandom random) {
        try (HttpConnection connection = new HttpConnection(cell, TIMEOUTS)) {
            while (!closed) {
                String key = UUID.randomUUID().toString();
                HttpRequest order =
                        BenchCluster.orderWithKey(cell.address(), BenchCluster.name(random.nextInt(toys)), key);
                while (!isPlaced(connection, order, key) && !closed) {
                    LockSupport.parkNanos(PAUSE);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isPlaced(HttpConnection connection, HttpRequest order, String key) {
        try {
            if (connection.exchange(order).status() == CREATED) {
                recordOrder(key);
                return true;
            }
        } catch (IOException sentAgain) {
            return false;
        }
        return false;
    }

    private synchronized void recordOrder(String key) {
        long now = System.nanoTime();
        longestGap = Math.max(longestGap, now - lastAcknowledged);
        lastAcknowledged = now;
        acknowledged.add(key);
    }

    /** Returns the keys of all orders that were acknowledged. */
    synchronized Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    private synchronized int count() {
        return acknowledged.size();
    }

    /** Forgets the gaps so far. */
    synchronized void resetGap() {
        longestGap = 0;
        lastAcknowledged = System.nanoTime();
    }

    /** Returns the longest time without an acknowledged order, in seconds; also if it has not ended. */
    synchronized double longestGap() {
        return Math.max(longestGap, System.nanoTime() - lastAcknowledged) / 1e9;
    }

    /** Waits until that many more orders are acknowledged. */
    void awaitOrders(long more, Duration timeout) throws IOException {
        long enough = count() + more;
        long deadline = System.nanoTime() + timeout.toNanos();
        while (count() < enough) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "the store acknowledged fewer than " + more + " orders in " + timeout.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Ends the shoppers. */
    @Override
    public void close() {
        closed = true;
        try {
            for (Thread shopper : shoppers) {
                shopper.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
