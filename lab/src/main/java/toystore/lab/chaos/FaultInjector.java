package toystore.lab.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import toystore.lab.shoppers.AvailabilityMonitor;
import toystore.lab.shoppers.LabRun;
import toystore.lab.shoppers.Violations.Kind;

/**
 * Injects the faults of a plan, and waits after each one until the store acknowledges an order again. Not thread-safe.
 *
 * <p>A store that does not recover, or a process that ends without a fault, is a violation and ends the run.
 */
final class FaultInjector {
    private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(20);
    /**
     * Longer: a fault ends only when the standbys follow, and services may then find a connection dead by its timeout.
     */
    private static final Duration RECOVERY_TIMEOUT_OF_DATABASE = Duration.ofSeconds(60);

    private final ChaosStore store;
    private final LabRun run;
    private final PrintStream out;
    private final Duration recoveryTimeout;
    private final Map<String, List<Long>> outageMillis = new TreeMap<>(); // by category of the fault
    private final Map<String, Integer> kills = new TreeMap<>();

    FaultInjector(ChaosStore store, LabRun run, PrintStream out) {
        this.store = store;
        this.run = run;
        this.out = out;
        this.recoveryTimeout = store.database() == null ? RECOVERY_TIMEOUT : RECOVERY_TIMEOUT_OF_DATABASE;
    }

    /** Injects faults for that long, or until one ends the run. All processes are started when it returns. */
    void inject(Supplier<Fault> plan, Duration length) throws IOException, InterruptedException {
        long start = System.nanoTime();
        boolean healthy = true;
        while (healthy && System.nanoTime() - start < length.toNanos()) {
            Fault fault = plan.get();
            if (run.awaitEnd(fault.before())) {
                return;
            }
            double at = (System.nanoTime() - start) / 1e9;
            List<AvailabilityMonitor> affected = run.frontends().stream()
                    .filter(frontend -> fault.affects(run.frontends().indexOf(frontend)))
                    .map(run::availability)
                    .toList();
            affected.forEach(AvailabilityMonitor::startWatch);
            String detail = fault.inject(store, run);
            Optional<Duration> outage = awaitOrders(affected);
            outage.ifPresent(time -> count(fault, time));
            String result = outage.map(time -> time.toMillis() + " ms")
                    .orElse("more than " + recoveryTimeout.toSeconds() + " s");
            out.printf(
                    Locale.ROOT,
                    "%7.1f s  %-50s no orders for %s%s%n",
                    at,
                    fault,
                    result,
                    detail.isEmpty() ? "" : " (" + detail + ")");
            healthy = isHealthy(fault, outage.isPresent());
        }
        store.repair();
    }

    /** Waits for an order through each of these frontends; returns the longest time without one through any of them. */
    private Optional<Duration> awaitOrders(List<AvailabilityMonitor> affected) throws InterruptedException {
        Optional<Duration> longest = Optional.of(Duration.ZERO);
        for (AvailabilityMonitor monitor : affected) {
            Optional<Duration> outage = monitor.awaitOrder(recoveryTimeout);
            longest = longest.flatMap(before -> outage.map(time -> time.compareTo(before) > 0 ? time : before));
        }
        return longest;
    }

    /** Returns the table of kills and outages. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add("kills: "
                + kills.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")));
        int width = Math.max(
                16,
                outageMillis.keySet().stream().mapToInt(String::length).max().orElse(0));
        String row = "%-" + width + "s %6s %22s %8s";
        lines.add(String.format(Locale.ROOT, row, "no orders after", "times", "median ms", "longest"));
        outageMillis.forEach((category, outages) -> {
            List<Long> sorted = outages.stream().sorted().toList();
            int count = sorted.size();
            lines.add(String.format(Locale.ROOT, row, category, count, sorted.get(count / 2), sorted.get(count - 1)));
        });
        return lines;
    }

    private void count(Fault fault, Duration outage) {
        outageMillis
                .computeIfAbsent(fault.category(), category -> new ArrayList<>())
                .add(outage.toMillis());
        fault.killed().forEach(target -> kills.merge(target, 1, Integer::sum));
    }

    private boolean isHealthy(Fault fault, boolean recovered) {
        Collection<String> dead = store.dead();
        dead.forEach(process -> run.violations().add(Kind.OTHER, process, "ended without a fault"));
        if (!recovered) {
            run.violations()
                    .add(Kind.OTHER, fault.toString(), "no order for " + recoveryTimeout.toSeconds() + " s after it");
        }
        return recovered && dead.isEmpty();
    }
}
