package toystore.loadtest.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.loadtest.load.Step;
import toystore.loadtest.result.Axis;

/** Steps that are known beforehand: one, a sweep, the exercise. */
public record Steps(Axis axis, List<Step> steps) implements Task {
    public Steps {
        steps = List.copyOf(steps);
    }

    /** The last step of each scenario: the one with most clients, or the highest rate. */
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
