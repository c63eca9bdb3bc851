package toystore.client;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import toystore.client.Latencies.Kind;

/**
 * The results of all shoppers, and their tables.
 *
 * @param took from the first request to the last response, or to the interrupt
 * @param cutShort whether an interrupt has ended the run early
 * @param waiting shoppers whose last request had no response at that moment
 */
record Summary(
        ClientConfig config, List<ShopperRecord.Result> shoppers, Duration took, boolean cutShort, long waiting) {
    private static final int MAX_MISMATCHES = 5;

    Summary {
        shoppers = List.copyOf(shoppers);
    }

    /** The latencies of all shoppers, as a new object. */
    Latencies overall() {
        Latencies overall = new Latencies();
        shoppers.forEach(shopper -> overall.add(shopper.latencies()));
        return overall;
    }

    /** Returns whether every order was read back, and is as the store acknowledged it. */
    boolean allOrdersMatch() {
        return mismatches().isEmpty() && readBack() == orders();
    }

    int rounds() {
        return sum(ShopperRecord.Result::rounds);
    }

    int soldOutRounds() {
        return sum(ShopperRecord.Result::soldOutRounds);
    }

    int orders() {
        return sum(ShopperRecord.Result::orders);
    }

    int readBack() {
        return sum(ShopperRecord.Result::readBack);
    }

    int sentAgain() {
        return sum(ShopperRecord.Result::sentAgain);
    }

    List<String> mismatches() {
        return shoppers.stream()
                .flatMap(shopper -> shopper.mismatches().stream())
                .toList();
    }

    private int sum(ToIntFunction<ShopperRecord.Result> count) {
        return shoppers.stream().mapToInt(count).sum();
    }

    /** Prints the tables, and below them failures, sold-out rounds and the comparison of the orders. */
    void print(PrintStream out) {
        Latencies overall = overall();
        print(
                out,
                "%d shoppers at %s, %d iterations each, buying with probability %s%s%s (seed %d): %.1f s%n%n",
                config.clients(),
                config.store(),
                config.iterations(),
                config.probability(),
                config.keys() ? " and keys" : "",
                config.thinkTime().isZero()
                        ? ""
                        : ", think time " + config.thinkTime().toMillis() + " ms",
                config.seed(),
                took.toMillis() / 1000.0);
        printShoppers(out, overall);
        out.println();
        printKinds(out, overall);
        overall.firstFailure()
                .ifPresent(reason -> print(out, "%d requests failed; the first: %s%n", overall.failed(), reason));
        if (overall.unsolicited() > 0) {
            print(
                    out,
                    "%d connections were closed because the store sent data while no request was in progress%n",
                    overall.unsolicited());
        }
        if (soldOutRounds() > 0 && config.probability() > 0) {
            print(
                    out,
                    "sold out: the toy of %s rounds was sold out; if the store is in files, ./toystore reset --yes"
                            + " restores all units, and deletes all orders%n",
                    soldOutRounds() >= rounds() ? "all " + rounds() : soldOutRounds() + " of " + rounds());
        }
        printOrders(out);
    }

    private void printShoppers(PrintStream out, Latencies overall) {
        print(out, "%-10s%12s%10s%10s%10s%10s%n", "shopper", "average", "queries", "orders", "sold out", "failed");
        int number = 1;
        for (ShopperRecord.Result shopper : shoppers) {
            printCounts(out, Integer.toString(number++), shopper.latencies());
        }
        printCounts(out, "overall", overall);
    }

    private static void printCounts(PrintStream out, String shopper, Latencies latencies) {
        boolean timed = latencies.count(Kind.QUERY) + latencies.count(Kind.ORDER) > 0;
        print(
                out,
                "%-10s%12s%10d%10d%10d%10d%n",
                shopper,
                timed ? String.format(Locale.ROOT, "%.3f ms", latencies.average()) : "-",
                latencies.count(Kind.QUERY),
                latencies.count(Kind.ORDER),
                latencies.count(Kind.SOLD_OUT),
                latencies.failed());
    }

    private static void printKinds(PrintStream out, Latencies overall) {
        List<Kind> kinds = Arrays.stream(Kind.values())
                .filter(kind -> overall.count(kind) > 0)
                .toList();
        if (kinds.isEmpty()) {
            return;
        }
        print(out, "%-10s%8s%12s%12s%12s%12s%12s%n", "ms", "count", "average", "p50", "p90", "p99", "max");
        for (Kind kind : kinds) {
            print(
                    out,
                    "%-10s%8d%12.3f%12.3f%12.3f%12.3f%12.3f%n",
                    kind.label(),
                    overall.count(kind),
                    overall.average(kind),
                    overall.percentile(kind, 50),
                    overall.percentile(kind, 90),
                    overall.percentile(kind, 99),
                    overall.percentile(kind, 100));
        }
        out.println();
    }

    private void printOrders(PrintStream out) {
        int unread = orders() - readBack();
        if (config.keys()) {
            print(out, "%d orders were sent again%n", sentAgain());
        }
        mismatches().stream().limit(MAX_MISMATCHES).forEach(out::println);
        if (cutShort) {
            print(
                    out,
                    "cut short after %d of %d rounds%s%n",
                    rounds(),
                    config.rounds(),
                    unread == 0 ? "" : ": " + unread + " of " + orders() + " orders were not read back");
            if (waiting > 0) {
                print(out, "%d shoppers were waiting for a response, which is not counted%n", waiting);
            }
        } else if (unread > 0) {
            print(out, "%d orders could not be read back%n", unread);
        }
        if (orders() == 0) {
            out.println("no order was placed");
        } else {
            print(
                    out,
                    "%d orders read back, %d mismatches%n",
                    readBack(),
                    mismatches().size());
        }
    }

    private static void print(PrintStream out, String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
    }
}
