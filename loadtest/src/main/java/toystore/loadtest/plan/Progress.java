package toystore.loadtest.plan;

import java.io.Closeable;
import toystore.loadtest.load.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.result.IntervalStats;

/** Sees how a load test goes on. Called by the thread that runs it. */
public interface Progress extends Closeable {
    /** What a run is for that is not recorded. */
    String WARM_UP = "warm-up";

    /**
     * A run of a step begins.
     *
     * @param name of the step, and of the run if there are several
     * @param what it is, for a person: {@code step 3 of 15} or {@code warm-up}
     */
    void begin(Step step, String name, String what);

    /** About a second of the run is over. */
    void passed(IntervalStats moment);

    /** The run is over. */
    void end(RunMeasurement measured);

    @Override
    void close();
}
