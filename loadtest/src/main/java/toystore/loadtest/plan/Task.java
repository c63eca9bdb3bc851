package toystore.loadtest.plan;

import java.util.List;
import toystore.loadtest.load.Step;
import toystore.loadtest.result.Axis;
import toystore.loadtest.result.ExpectationResult;
import toystore.loadtest.result.StepResult;

/** What a load test is to find out. */
public interface Task {
    /** What changes from step to step. */
    Axis axis();

    /** What both ends are warmed up with: a step of each scenario. */
    List<Step> warmUp();

    /** Finds it out. When the test is stopped, it returns what there is. */
    Findings run(LoadTest test) throws InterruptedException;

    /** What of it is as it should be; empty if nothing should. */
    default List<ExpectationResult> judge(Findings findings) {
        return List.of();
    }

    /**
     * What was found.
     *
     * @param maxRate the highest rate that held what it was to hold; null if that was not looked for, or none did
     */
    record Findings(List<StepResult> steps, Double maxRate) {}
}
