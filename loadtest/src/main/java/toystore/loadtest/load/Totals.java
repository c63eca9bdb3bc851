package toystore.loadtest.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.KindResult;
import toystore.loadtest.result.OutcomeResult;
import toystore.loadtest.result.RequestOutcome;

/** All that was recorded, by kind and outcome. For one thread. */
public final class Totals {
    private final Map<Kind, Map<RequestOutcome, OutcomeRecorder>> tallies = new EnumMap<>(Kind.class);

    OutcomeRecorder of(Kind kind, RequestOutcome outcome) {
        return tallies.computeIfAbsent(kind, any -> new EnumMap<>(RequestOutcome.class))
                .computeIfAbsent(outcome, any -> new OutcomeRecorder());
    }

    /** Adds what others have recorded. */
    public void add(Totals others) {
        others.forEach((kind, outcomes) ->
                outcomes.forEach((outcome, tally) -> of(kind, outcome).add(tally)));
    }

    /** How long all answers took that were as asked, of any kind; all 0 if there was none. */
    public Distribution answered() {
        OutcomeRecorder all = new OutcomeRecorder();
        forEach((kind, outcomes) -> outcomes.forEach((outcome, tally) -> {
            if (outcome == RequestOutcome.OK) {
                all.add(tally);
            }
        }));
        return all.result(RequestOutcome.OK, false).latency();
    }

    /** The figures, with percentile curves or without. */
    public List<KindResult> results(boolean withCurve) {
        List<KindResult> kinds = new ArrayList<>();
        tallies.forEach((kind, outcomes) -> {
            List<OutcomeResult> results = new ArrayList<>();
            outcomes.forEach((outcome, tally) -> results.add(tally.result(outcome, withCurve)));
            kinds.add(new KindResult(kind, results));
        });
        return kinds;
    }

    private void forEach(BiConsumer<Kind, Map<RequestOutcome, OutcomeRecorder>> action) {
        tallies.forEach(action);
    }
}
