package toystore.wire.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replies of one connection. They leave in the order of their requests, whichever is known first; those that are
 * known leave in one write. Thread-safe.
 */
final class ReplyQueue implements WriteBatch.Outbox {
    private static final Logger log = LoggerFactory.getLogger(ReplyQueue.class);

    /** Requests that wait for their replies, at most. */
    static final int MAX_WAITING = 1024;

    /** Bytes of replies that wait for an earlier one, or for the end of a batch. One more reply may exceed it. */
    private static final int MAX_BYTES = 16 * 1024;

    private final Output out;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Queue<Slot> slots = new ArrayDeque<>();

    @GuardedBy("lock")
    private int bytes; // of the replies that are known

    @GuardedBy("lock")
    private boolean writing; // a thread sends replies

    @GuardedBy("lock")
    private boolean broken; // no reply can be sent any more

    /** Sends bytes to the peer. */
    interface Output {
        void write(byte[] lines) throws IOException;
    }

    /** The place of a reply. */
    static final class Slot {
        private byte[] line; // null until it is known; guarded by the lock of the queue
    }

    ReplyQueue(Output out) {
        this.out = out;
    }

    /** Adds a place for the reply to the next request. */
    Slot add() {
        Slot slot = new Slot();
        lock.lock();
        try {
            slots.add(slot);
        } finally {
            lock.unlock();
        }
        return slot;
    }

    /** Sets a reply. {@link #flush} sends it. */
    void put(Slot slot, byte[] line) {
        lock.lock();
        try {
            slot.line = line;
            bytes += line.length;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether further requests must wait. */
    boolean isFull() {
        lock.lock();
        try {
            return slots.size() >= MAX_WAITING || bytes >= MAX_BYTES;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        for (byte[] lines = take(); lines != null; lines = take()) {
            boolean sent = false;
            try {
                out.write(lines);
                sent = true;
            } catch (IOException e) {
                log.debug("the peer closed the connection before its reply: {}", e.toString());
            } finally {
                written(sent);
            }
        }
    }

    /** Takes all replies that can be sent. Returns {@code null} if there are none, or if another thread is sending. */
    private byte[] take() {
        lock.lock();
        try {
            if (writing || broken || !isFirstKnown()) {
                return null;
            }
            ByteArrayOutputStream known = new ByteArrayOutputStream(256);
            for (Slot slot : slots) {
                if (slot.line == null) {
                    break;
                }
                known.writeBytes(slot.line);
            }
            byte[] lines = known.toByteArray(); // an error until here must not lose a reply
            while (isFirstKnown()) {
                slots.remove();
            }
            bytes -= lines.length;
            writing = true;
            return lines;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean isFirstKnown() {
        return !slots.isEmpty() && slots.peek().line != null;
    }

    private void written(boolean sent) {
        lock.lock();
        try {
            writing = false;
            broken |= !sent;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends no reply any more. */
    void breakOff() {
        lock.lock();
        try {
            broken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether no reply can be sent any more. */
    boolean isBroken() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until further requests need not wait, or the connection is broken. */
    void awaitRoom() {
        lock.lock();
        try {
            while (isFull() && !broken) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all replies are sent, or the connection is broken. */
    void awaitEmpty() {
        lock.lock();
        try {
            while ((writing || !slots.isEmpty()) && !broken) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
