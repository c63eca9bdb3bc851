package toystore.bench;

import static toystore.bench.Load.APPEND;
import static toystore.bench.Load.CACHED;
import static toystore.bench.Load.FIXED;
import static toystore.bench.Load.ONE_HOP;
import static toystore.bench.Load.ORDER;
import static toystore.bench.Load.ORDER_1;
import static toystore.bench.Load.ORDER_64;
import static toystore.bench.Load.PACED;
import static toystore.bench.Load.TWO_HOPS;
import static toystore.bench.Load.TWO_HOPS_1;
import static toystore.bench.Load.UNCACHED;

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
record Comparison(
        String what,
        Unit unit,
        ToDoubleFunction<Round> store,
        String with,
        Unit withUnit,
        ToDoubleFunction<Round> other,
        Judged judged,
        Limit limit) {
    enum Judged {
        RATIO,
        FIGURE
    }

    /** The table: how near the store is to what sockets and a disk allow. */
    static final List<Comparison> ALL = List.of(
            rates("cached query, 10 connections", CACHED, "fixed response", FIXED, Limit.atLeast(0.9)),
            rates("uncached query, 10 connections", UNCACHED, "fixed response, one hop", ONE_HOP, Limit.atLeast(0.9)),
            rates(
                    "order forced to disk, 10 shoppers",
                    ORDER,
                    "fixed response, two hops, no disk",
                    TWO_HOPS,
                    Limit.atLeast(0.55)),
            rates(
                    "order, 64 shoppers, 64 session threads",
                    ORDER_64,
                    "10 shoppers, 10 session threads",
                    ORDER,
                    Limit.atLeast(1.2)),
            new Comparison(
                    "order p50, 1 shopper",
                    Unit.MILLIS,
                    round -> round.p50(ORDER_1),
                    "p50 of two hops + p50 of one forced append",
                    Unit.MILLIS,
                    round -> round.p50(TWO_HOPS_1) + round.p50(APPEND),
                    Judged.RATIO,
                    Limit.atMost(1.3)),
            new Comparison(
                    "cached query p99 at half of the maximum rate, open loop",
                    Unit.MILLIS,
                    round -> round.of(PACED).p99(),
                    "answered",
                    Unit.PER_SECOND,
                    round -> round.rate(PACED),
                    Judged.FIGURE,
                    Limit.under(2)));

    private static Comparison rates(String what, Load store, String with, Load ceiling, Limit limit) {
        return new Comparison(
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
