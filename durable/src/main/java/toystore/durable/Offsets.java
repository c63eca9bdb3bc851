package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;

/** Where the records of a log file lie, in bytes from its start. Thread-safe. */
final class Offsets {
    @GuardedBy("this")
    private long[] ends = new long[1024]; // ends[0] is where the header ends, ends[i] where the i-th record does

    @GuardedBy("this")
    private int count;

    Offsets(long headerEnd) {
        ends[0] = headerEnd;
    }

    synchronized void add(int length) {
        if (count + 1 == ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        ends[count + 1] = ends[count] + length;
        count++;
    }

    /** How many records there are. */
    synchronized int count() {
        return count;
    }

    /** Where the record begins that is the {@code index}-th, counted from 0. */
    synchronized long start(int index) {
        return ends[index];
    }

    /** How long it is, its line feed included. */
    synchronized int length(int index) {
        return (int) (ends[index + 1] - ends[index]);
    }

    /** Where the next record will begin. */
    synchronized long end() {
        return ends[count];
    }
}
