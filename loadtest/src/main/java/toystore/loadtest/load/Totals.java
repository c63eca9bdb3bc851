package toystore.loadtest.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.KindResult;
import toystore.loadtest.result.Outcome;
import toystore.loadtest.result.OutcomeResult;

/** All that was recorded, by kind and outcome. For one thread. */
public final class Totals {
    private final Map<Kind, Map<Outcome, Tally>> tallies = new EnumMap<>(Kind.class);

    Tally of(Kind kind, Outcome outcome) {
        return tallies.computeIfAbsent(kind, any -> new EnumMap<>(Outcome.class))
                .computeIfAbsent(outcome, any -> new Tally());
    }

    /** Adds what others have recorded. */
    public void add(Totals others) {
        others.forEach((kind, outcomes) ->
                outcomes.forEach((outcome, tally) -> of(kind, outcome).add(tally)));
    }

    /** How long all answers took that were as asked, of any kind; all 0 if there was none. */
    public Distribution answered() {
        Tally all = new Tally();
        forEach((kind, outcomes) -> outcomes.forEach((outcome, tally) -> {
            if (outcome == Outcome.OK) {
                all.add(tally);
            }
        }));
        return all.result(Outcome.OK, false).latency();
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

    private void forEach(BiConsumer<Kind, Map<Outcome, Tally>> action) {
        tallies.forEach(action);
    }
}
