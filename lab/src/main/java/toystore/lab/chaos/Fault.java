package toystore.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import toystore.lab.shoppers.LabRun;

/** Something that goes wrong in a store under test. Immutable. {@code toString} says what, on which target. */
interface Fault {
    /** The pause before it. */
    Duration before();

    /** The kind of the fault, by which outages are grouped. */
    String category();

    /** Whether clients of this cell may get no orders placed; 0 is the first cell. */
    boolean affects(int cell);

    /** The names of the processes that it kills with {@code kill -9}. */
    default List<String> killed() {
        return List.of();
    }

    /**
     * Injects it, and repairs what it broke: all processes are started, and follow each other, when this returns.
     *
     * @return what else the report should say; empty for nothing
     */
    String inject(ChaosStore store, LabRun run) throws IOException, InterruptedException;
}
