package toystore.loadtest.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.loadtest.load.Step;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.ExpectationResult;
import toystore.loadtest.result.Results.StepResult;

/** The measurement that a load test makes. */
public interface Task {
    /** What changes from step to step. */
    Axis axis();

    /** The steps of the warm-up: one for each scenario. */
    List<Step> warmUp();

    /** Runs the task. If the test is stopped, returns the results up to then. */
    Findings run(LoadTest test) throws InterruptedException;

    /** The task's own expectations; empty if it has none. */
    default List<ExpectationResult> check(Findings findings) {
        return List.of();
    }

    /**
     * The results of a task.
     *
     * @param maxRate the highest rate that met the objective; null if none did, or if the task has no objective
     */
    record Findings(List<StepResult> steps, Double maxRate) {}

    /** A fixed list of steps. */
    record Steps(Axis axis, List<Step> steps) implements Task {
        public Steps {
            steps = List.copyOf(steps);
        }

        /** The last step of each scenario, which has the most clients or the highest rate. */
        @Override
        public List<Step> warmUp() {
            Map<String, Step> last = new LinkedHashMap<>();
            steps.forEach(step -> last.put(step.scenario().name(), step));
            return List.copyOf(last.values());
        }

        @Override
        public Findings run(LoadTest test) throws InterruptedException {
            return new Findings(test.measure(steps), null);
        }
    }
}
