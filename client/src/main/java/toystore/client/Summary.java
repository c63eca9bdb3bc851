package toystore.client;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import toystore.client.Latencies.Kind;

/** What the shoppers found, as text for a person. */
final class Summary {
    private static final int SHOWN = 5;

    private final ClientConfig config;
    private final List<Shopper> shoppers;
    private final Latencies overall = new Latencies();

    Summary(ClientConfig config, List<Shopper> shoppers) {
        this.config = config;
        this.shoppers = shoppers;
        shoppers.forEach(shopper -> overall.add(shopper.latencies()));
    }

    /** Whether every order was read back and is what was acknowledged. */
    boolean allOrdersMatch() {
        return mismatches().isEmpty() && unread() == 0;
    }

    void print(PrintStream out, Duration took) {
        out.printf(
                Locale.ROOT,
                "%d shoppers at %s, %d iterations each, buying with probability %s (seed %d): %.1f s%n%n",
                config.clients(),
                config.store(),
                config.iterations(),
                config.probability(),
                config.seed(),
                took.toMillis() / 1000.0);
        printShoppers(out);
        out.println();
        printKinds(out);
        out.println();
        printFailures(out);
        printChecks(out);
    }

    private void printShoppers(PrintStream out) {
        out.printf("%-10s%12s%10s%10s%10s%10s%n", "shopper", "average", "queries", "orders", "sold out", "failed");
        for (int i = 0; i < shoppers.size(); i++) {
            printCounts(out, Integer.toString(i + 1), shoppers.get(i).latencies());
        }
        printCounts(out, "overall", overall);
    }

    private static void printCounts(PrintStream out, String who, Latencies latencies) {
        out.printf(
                Locale.ROOT,
                "%-10s%9.3f ms%10d%10d%10d%10d%n",
                who,
                latencies.average(),
                latencies.count(Kind.QUERY),
                latencies.count(Kind.ORDER),
                latencies.count(Kind.SOLD_OUT),
                latencies.failed());
    }

    private void printKinds(PrintStream out) {
        out.printf("%-10s%8s%12s%12s%12s%12s%12s%n", "ms", "count", "average", "p50", "p90", "p99", "max");
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
    }

    private void printFailures(PrintStream out) {
        overall.firstFailure()
                .ifPresent(why -> out.printf("%d requests failed; the first: %s%n", overall.failed(), why));
    }

    private void printChecks(PrintStream out) {
        int orders = shoppers.stream().mapToInt(Shopper::orders).sum();
        mismatches().stream().limit(SHOWN).forEach(out::println);
        if (unread() > 0) {
            out.printf("%d orders could not be read back%n", unread());
        }
        out.printf(
                "%d orders read back, %d mismatches%n",
                orders - unread(), mismatches().size());
    }

    private List<String> mismatches() {
        return shoppers.stream()
                .flatMap(shopper -> shopper.mismatches().stream())
                .toList();
    }

    private int unread() {
        return shoppers.stream().mapToInt(Shopper::unread).sum();
    }
}
