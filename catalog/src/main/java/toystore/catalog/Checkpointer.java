package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;

/**
 * Writes checkpoints of the inventory, on a thread of its own and when it is closed.
 *
 * <p>The more often it does, the fewer orders have to be applied again after a crash. A checkpoint that cannot be
 * written loses nothing, because the logs contain everything; it is tried again.
 */
final class Checkpointer implements Closeable {

    /**
     * When a checkpoint is due.
     *
     * @param orders after this many orders and changes
     * @param time after this time, if there was an order or a change
     */
    record Schedule(int orders, Duration time) {
        Schedule {
            if (orders < 1) {
                throw new IllegalArgumentException(
                        "--checkpoint-orders is " + orders + "; expected a whole number from 1");
            }
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);
    private static final Duration FIRST_RETRY_DELAY = Duration.ofSeconds(1); // doubles with every failure
    private static final Duration MAX_RETRY_DELAY = Duration.ofMinutes(1);

    private final FileInventory inventory;
    private final Schedule schedule;
    private final BackgroundLoop loop = new BackgroundLoop("checkpointer", CHECK_INTERVAL, this::writeIfDue);
    // Used by the loop's thread, and by close() after that thread has ended.
    private long written; // the progress of the inventory in the file
    private long writtenAt = System.nanoTime();
    private Duration retryDelay = FIRST_RETRY_DELAY;

    Checkpointer(FileInventory inventory, Schedule schedule) {
        this.inventory = inventory;
        this.schedule = schedule;
        this.written = inventory.progress();
    }

    void start() {
        loop.start();
    }

    @Override
    public void close() throws IOException {
        loop.close();
        if (inventory.progress() > written) {
            inventory.writeCheckpoint();
        }
    }

    private Duration writeIfDue() {
        long progress = inventory.progress();
        if (!isDue(progress)) {
            return CHECK_INTERVAL;
        }
        try {
            long begun = System.nanoTime();
            inventory.writeCheckpoint();
            writtenAt = begun;
            written = progress;
            retryDelay = FIRST_RETRY_DELAY;
            return CHECK_INTERVAL;
        } catch (IOException | RuntimeException e) {
            Duration delay = retryDelay;
            Duration doubled = delay.multipliedBy(2);
            retryDelay = doubled.compareTo(MAX_RETRY_DELAY) < 0 ? doubled : MAX_RETRY_DELAY;
            log.error("cannot write the catalog file; next try in {} s: {}", delay.toSeconds(), e.toString());
            return delay;
        }
    }

    private boolean isDue(long progress) {
        long passed = System.nanoTime() - writtenAt;
        return progress - written >= schedule.orders()
                || (progress > written && passed >= schedule.time().toNanos());
    }
}
