package toystore.client;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import toystore.client.Latencies.Kind;

/** A summary as tables for a person. */
final class SummaryText {
    private static final int SHOWN = 5;

    private final Summary summary;
    private final Latencies overall;
    private final PrintStream out;

    SummaryText(Summary summary, PrintStream out) {
        this.summary = summary;
        this.overall = summary.overall();
        this.out = out;
    }

    void print() {
        ClientConfig config = summary.config();
        out.printf(
                Locale.ROOT,
                "%d shoppers at %s, %d iterations each, buying with probability %s%s%s (seed %d): %.1f s%n%n",
                config.clients(),
                config.store(),
                config.iterations(),
                config.probability(),
                config.keys() ? " and keys" : "",
                config.thinkTime().isZero()
                        ? ""
                        : ", thinking " + config.thinkTime().toMillis() + " ms between",
                config.seed(),
                summary.took().toMillis() / 1000.0);
        printShoppers();
        out.println();
        printKinds();
        overall.firstFailure()
                .ifPresent(
                        why -> out.printf(Locale.ROOT, "%d requests failed; the first: %s%n", overall.failed(), why));
        if (overall.unsolicitedCount() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%d times the store sent something while no request waited; those connections were closed%n",
                    overall.unsolicitedCount());
        }
        printSoldOut();
        printChecks();
    }

    private void printShoppers() {
        out.printf(
                Locale.ROOT,
                "%-10s%12s%10s%10s%10s%10s%n",
                "shopper",
                "average",
                "queries",
                "orders",
                "sold out",
                "failed");
        int number = 1;
        for (ShopperResult shopper : summary.shoppers()) {
            printCounts(Integer.toString(number++), shopper.latencies());
        }
        printCounts("overall", overall);
    }

    private void printCounts(String who, Latencies latencies) {
        boolean timed = latencies.count(Kind.QUERY) + latencies.count(Kind.ORDER) > 0;
        out.printf(
                Locale.ROOT,
                "%-10s%12s%10d%10d%10d%10d%n",
                who,
                timed ? String.format(Locale.ROOT, "%.3f ms", latencies.average()) : "-",
                latencies.count(Kind.QUERY),
                latencies.count(Kind.ORDER),
                latencies.count(Kind.SOLD_OUT),
                latencies.failed());
    }

    private void printKinds() {
        if (Arrays.stream(Kind.values()).noneMatch(kind -> overall.count(kind) > 0)) {
            return;
        }
        out.printf(Locale.ROOT, "%-10s%8s%12s%12s%12s%12s%12s%n", "ms", "count", "average", "p50", "p90", "p99", "max");
        for (Kind kind : Kind.values()) {
            if (overall.count(kind) > 0) {
                out.printf(
                        Locale.ROOT,
                        "%-10s%8d%12.3f%12.3f%12.3f%12.3f%12.3f%n",
                        kind.label(),
                        overall.count(kind),
                        overall.average(kind),
                        overall.percentile(kind, 50),
                        overall.percentile(kind, 90),
                        overall.percentile(kind, 99),
                        overall.percentile(kind, 100));
            }
        }
        out.println();
    }

    private void printSoldOut() {
        int rounds = summary.soldOutRounds();
        if (rounds > 0 && summary.config().probability() > 0) {
            out.printf(
                    Locale.ROOT,
                    "sold out: %s rounds found nothing left of their toy; ./toystore reset --yes brings all units back, and"
                            + " deletes all orders%n",
                    rounds >= summary.rounds() ? "all " + rounds : rounds + " of " + summary.rounds());
        }
    }

    private void printChecks() {
        int unread = summary.orders() - summary.readBack();
        if (summary.config().keys()) {
            out.printf(Locale.ROOT, "%d orders were sent again%n", summary.sentAgain());
        }
        summary.mismatches().stream().limit(SHOWN).forEach(out::println);
        if (summary.cutShort()) {
            printCutShort(unread);
        } else if (unread > 0) {
            out.printf(Locale.ROOT, "%d orders could not be read back%n", unread);
        }
        if (summary.orders() == 0) {
            out.println("no order was placed");
        } else {
            out.printf(
                    Locale.ROOT,
                    "%d orders read back, %d mismatches%n",
                    summary.readBack(),
                    summary.mismatches().size());
        }
    }

    private void printCutShort(int unread) {
        ClientConfig config = summary.config();
        out.printf(
                Locale.ROOT,
                "cut short after %d of %d rounds%s%n",
                summary.rounds(),
                (long) config.clients() * config.iterations(),
                unread == 0 ? "" : ": " + unread + " of " + summary.orders() + " orders were not read back");
        if (summary.waiting() > 0) {
            out.printf(
                    Locale.ROOT, "%d shoppers were waiting for an answer, which is not counted%n", summary.waiting());
        }
    }
}
