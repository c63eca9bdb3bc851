package toystore.chaos;

import java.time.Duration;

/** A moment until which something is tried. */
final class Deadline {
    private final long end;

    /** @param most how far away it is */
    Deadline(Duration most) {
        this.end = System.nanoTime() + most.toNanos();
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }
}
