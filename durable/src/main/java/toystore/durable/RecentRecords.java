package toystore.durable;

import java.util.concurrent.atomic.AtomicReferenceArray;
import toystore.durable.AppendLog.LogRecord;

/**
 * The newest records of a log, in memory: a reader that follows the log needs no disk. Thread-safe, for one thread that
 * adds.
 */
final class RecentRecords {
    static final int CAPACITY = 512;
    /** A larger record is not kept, so that the memory is bounded. */
    private static final int MAX_BYTES = 1024;

    private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(CAPACITY);

    private record Entry(long number, LogRecord record) {}

    /** Adds a record that is on disk. */
    void add(long number, LogRecord record) {
        entries.set(slot(number), record.json().length > MAX_BYTES ? null : new Entry(number, record));
    }

    /** Returns the record; {@code null} if it is not among the newest. */
    LogRecord get(long number) {
        Entry entry = entries.get(slot(number));
        return entry == null || entry.number() != number ? null : entry.record();
    }

    private static int slot(long number) {
        return (int) (number % CAPACITY);
    }
}
