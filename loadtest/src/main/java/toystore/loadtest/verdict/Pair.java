package toystore.loadtest.verdict;

import java.util.Arrays;
import java.util.List;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.KindResult;
import toystore.loadtest.result.StepResult;

/** A step that was measured before and after. */
record Pair(String name, StepResult before, StepResult after) {

    /** Of which there were requests on either side. */
    List<Kind> kinds() {
        return Arrays.stream(Kind.values())
                .filter(kind -> count(before, kind) + count(after, kind) > 0)
                .toList();
    }

    /** Whether the answers said when the next request was sent, on both sides, so that more of them are a merit. */
    boolean isClosedLoop() {
        return !before.isOpenLoop() && !after.isOpenLoop();
    }

    private static long count(StepResult step, Kind kind) {
        return step.kind(kind).map(KindResult::count).orElse(0L);
    }
}
