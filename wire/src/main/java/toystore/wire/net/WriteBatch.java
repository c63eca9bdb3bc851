package toystore.wire.net;

import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the messages that a thread sends until its end, so that those on one connection leave in one write.
 *
 * <p>Within it, a thread must not wait for the reply to a request that it has sent: the request may not have left.
 */
public final class WriteBatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WriteBatch.class);
    private static final ThreadLocal<WriteBatch> CURRENT = new ThreadLocal<>();

    private final WriteBatch outer = CURRENT.get(); // null if there is none
    private final Set<Outbox> outboxes = new LinkedHashSet<>();

    /** The messages that wait to be sent on one connection. Thread-safe. */
    interface Outbox {
        /** Sends them, unless another thread does. Handles its own errors. */
        void flush();
    }

    private WriteBatch() {}

    /** Begins a batch of the calling thread. It may be within another one, and ends before it. */
    static WriteBatch begin() {
        WriteBatch begun = new WriteBatch();
        CURRENT.set(begun);
        return begun;
    }

    /** Runs a task. What it sends leaves at its end, in one write for each connection. */
    public static void run(Runnable task) {
        WriteBatch batch = begin();
        try (batch) {
            task.run();
        }
    }

    /** Sends the messages of an outbox at the end of the thread's batch; at once if it has none. */
    static void add(Outbox outbox) {
        WriteBatch current = CURRENT.get();
        if (current == null) {
            outbox.flush();
        } else {
            current.outboxes.add(outbox);
        }
    }

    /** Sends what has been kept until now. */
    void flush() {
        if (!outboxes.isEmpty()) {
            Outbox[] kept = outboxes.toArray(Outbox[]::new); // sending may add to them
            outboxes.clear();
            for (Outbox outbox : kept) {
                flushOne(outbox);
            }
        }
    }

    private static void flushOne(Outbox outbox) {
        try {
            outbox.flush();
        } catch (RuntimeException e) {
            log.error("messages could not be sent", e); // those on other connections can
        }
    }

    @Override
    public void close() {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
        flush();
    }
}
