package toystore.bench;

import static toystore.bench.BenchLoad.APPEND;
import static toystore.bench.BenchLoad.CACHED;
import static toystore.bench.BenchLoad.CACHED_TLS;
import static toystore.bench.BenchLoad.FIXED;
import static toystore.bench.BenchLoad.ONE_HOP;
import static toystore.bench.BenchLoad.ORDER;
import static toystore.bench.BenchLoad.ORDER_1;
import static toystore.bench.BenchLoad.ORDER_64;
import static toystore.bench.BenchLoad.ORDER_TLS;
import static toystore.bench.BenchLoad.PACED;
import static toystore.bench.BenchLoad.TWO_HOPS;
import static toystore.bench.BenchLoad.TWO_HOPS_1;
import static toystore.bench.BenchLoad.UNCACHED;

import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import toystore.bench.Spread.Unit;

/**
 * A row of the main table: a figure of the store beside the figure that it is compared with.
 *
 * @param what describes the figure
 * @param beside describes the other figure
 * @param judged what the limit applies to
 */
record BenchRow(
        String what,
        Unit unit,
        ToDoubleFunction<Round> store,
        String beside,
        Unit besideUnit,
        ToDoubleFunction<Round> other,
        Judged judged,
        Limit limit) {
    enum Judged {
        RATIO,
        FIGURE
    }

    /** The limit that a figure should keep; {@link Double#NaN} keeps none. */
    record Limit(String text, DoublePredicate rule) {
        static Limit atLeast(double least) {
            return new Limit(String.format(Locale.ROOT, "at least %.2f", least), figure -> figure >= least);
        }

        static Limit atMost(double most) {
            return new Limit(String.format(Locale.ROOT, "at most %.2f", most), figure -> figure <= most);
        }

        static Limit underMillis(double millis) {
            return new Limit(String.format(Locale.ROOT, "under %.0f ms", millis), figure -> figure < millis);
        }

        boolean isMet(double figure) {
            return rule.test(figure);
        }
    }

    /** The rows for the loads of every build. */
    static final List<BenchRow> OF_BUILDS = List.of(
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
            new BenchRow(
                    "order p50, 1 shopper",
                    Unit.MILLIS,
                    round -> round.p50(ORDER_1),
                    "p50 of two hops + p50 of one forced append",
                    Unit.MILLIS,
                    round -> round.p50(TWO_HOPS_1) + round.p50(APPEND),
                    Judged.RATIO,
                    Limit.atMost(1.3)),
            new BenchRow(
                    "cached query p99 at half of the maximum rate, open loop",
                    Unit.MILLIS,
                    round -> round.of(PACED).p99(),
                    "answered",
                    Unit.PER_SECOND,
                    round -> round.rate(PACED),
                    Judged.FIGURE,
                    Limit.underMillis(2)));

    /** The rows for HTTPS, beside the same load over plain HTTP. */
    private static final List<BenchRow> OF_TLS = List.of(
            rates("cached query over HTTPS, 10 connections", CACHED_TLS, "plain HTTP", CACHED, Limit.atLeast(0.8)),
            rates("order over HTTPS, 10 shoppers", ORDER_TLS, "plain HTTP", ORDER, Limit.atLeast(0.8)));

    static final List<BenchRow> ALL =
            Stream.of(OF_BUILDS, OF_TLS).flatMap(List::stream).toList();

    private static BenchRow rates(String what, BenchLoad store, String beside, BenchLoad other, Limit limit) {
        return new BenchRow(
                what,
                Unit.PER_SECOND,
                round -> round.rate(store),
                beside,
                Unit.PER_SECOND,
                round -> round.rate(other),
                Judged.RATIO,
                limit);
    }

    /** The figure of the store. */
    Spread storeSpread(List<Round> rounds) {
        return spread(rounds, store);
    }

    /** The figure that it is compared with. */
    Spread otherSpread(List<Round> rounds) {
        return spread(rounds, other);
    }

    /** The figure that the limit applies to; a ratio is the one of each round. */
    Spread judgedSpread(List<Round> rounds) {
        return judged == Judged.FIGURE
                ? storeSpread(rounds)
                : spread(rounds, round -> store.applyAsDouble(round) / other.applyAsDouble(round));
    }

    boolean isMet(List<Round> rounds) {
        return limit.isMet(judgedSpread(rounds).median());
    }

    static Spread spread(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().mapToDouble(figure).boxed().toList());
    }
}
