package toystore.bench;

import static toystore.bench.BenchLoad.APPEND;
import static toystore.bench.BenchLoad.CACHED;
import static toystore.bench.BenchLoad.FIXED;
import static toystore.bench.BenchLoad.ONE_HOP;
import static toystore.bench.BenchLoad.ORDER;
import static toystore.bench.BenchLoad.ORDER_1;
import static toystore.bench.BenchLoad.ORDER_64;
import static toystore.bench.BenchLoad.PACED;
import static toystore.bench.BenchLoad.TWO_HOPS;
import static toystore.bench.BenchLoad.TWO_HOPS_1;
import static toystore.bench.BenchLoad.UNCACHED;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A row of the table: a figure of the store beside what it is to be compared with.
 *
 * @param what the figure is
 * @param unit of the figure
 * @param with what it is compared, in a clause
 * @param withUnit of that
 * @param judged what the limit is about: the ratio of the two, or the figure itself
 */
record BenchRow(
        String what,
        Unit unit,
        ToDoubleFunction<Round> store,
        String with,
        Unit withUnit,
        ToDoubleFunction<Round> other,
        Judged judged,
        Target limit) {
    enum Judged {
        RATIO,
        FIGURE
    }

    /** The table: how near the store is to what sockets and a disk allow. */
    static final List<BenchRow> ALL = List.of(
            rates("cached query, 10 connections", CACHED, "fixed response", FIXED, Target.atLeast(0.9)),
            rates("uncached query, 10 connections", UNCACHED, "fixed response, one hop", ONE_HOP, Target.atLeast(0.9)),
            rates(
                    "order forced to disk, 10 shoppers",
                    ORDER,
                    "fixed response, two hops, no disk",
                    TWO_HOPS,
                    Target.atLeast(0.55)),
            rates(
                    "order, 64 shoppers, 64 session threads",
                    ORDER_64,
                    "10 shoppers, 10 session threads",
                    ORDER,
                    Target.atLeast(1.2)),
            new BenchRow(
                    "order p50, 1 shopper",
                    Unit.MILLIS,
                    round -> round.p50(ORDER_1),
                    "p50 of two hops + p50 of one forced append",
                    Unit.MILLIS,
                    round -> round.p50(TWO_HOPS_1) + round.p50(APPEND),
                    Judged.RATIO,
                    Target.atMost(1.3)),
            new BenchRow(
                    "cached query p99 at half of the maximum rate, open loop",
                    Unit.MILLIS,
                    round -> round.of(PACED).p99(),
                    "answered",
                    Unit.PER_SECOND,
                    round -> round.rate(PACED),
                    Judged.FIGURE,
                    Target.under(2)));

    private static BenchRow rates(String what, BenchLoad store, String with, BenchLoad ceiling, Target limit) {
        return new BenchRow(
                what,
                Unit.PER_SECOND,
                round -> round.rate(store),
                with,
                Unit.PER_SECOND,
                round -> round.rate(ceiling),
                Judged.RATIO,
                limit);
    }

    /** The figure of the store. */
    Spread storeSpread(List<Round> rounds) {
        return spread(rounds, store);
    }

    /** What it is compared with. */
    Spread otherSpread(List<Round> rounds) {
        return spread(rounds, other);
    }

    /** What the limit is about; of a ratio, that of each round by itself. */
    Spread judgedSpread(List<Round> rounds) {
        return judged == Judged.FIGURE
                ? storeSpread(rounds)
                : spread(rounds, round -> store.applyAsDouble(round) / other.applyAsDouble(round));
    }

    boolean holds(List<Round> rounds) {
        return limit.holds(judgedSpread(rounds).median());
    }

    private static Spread spread(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().mapToDouble(figure).boxed().toList());
    }
}
