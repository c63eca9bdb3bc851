package toystore.lab.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import toystore.lab.chaos.FaultPlan.Fault;
import toystore.lab.chaos.FaultPlan.FaultKind;
import toystore.lab.shoppers.LabRun;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;

/**
 * Injects the faults of a plan, and waits after each one until the store acknowledges an order again. Not thread-safe.
 *
 * <p>A store that does not recover, or a service that ends without a fault, is a violation and ends the run.
 */
final class FaultInjector {
    private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(20);

    private final LabStore store;
    private final LabRun run;
    private final PrintStream out;
    private final Map<String, List<Long>> outageMillis = new TreeMap<>(); // by category of the fault
    private final Map<Service, Integer> kills = new EnumMap<>(Service.class);

    FaultInjector(LabStore store, LabRun run, PrintStream out) {
        this.store = store;
        this.run = run;
        this.out = out;
    }

    /** Injects faults for that long, or until one ends the run. All services are started when it returns. */
    void inject(FaultPlan plan, Duration length) throws IOException, InterruptedException {
        long start = System.nanoTime();
        boolean healthy = true;
        while (healthy && System.nanoTime() - start < length.toNanos()) {
            Fault fault = plan.next();
            if (run.awaitEnd(fault.before())) {
                return;
            }
            double at = (System.nanoTime() - start) / 1e9;
            run.availability().startWatch();
            inject(fault);
            Optional<Duration> outage = run.availability().awaitOrder(RECOVERY_TIMEOUT);
            outage.ifPresent(time -> count(fault, time));
            String result = outage.map(time -> time.toMillis() + " ms")
                    .orElse("more than " + RECOVERY_TIMEOUT.toSeconds() + " s");
            out.printf(Locale.ROOT, "%7.1f s  %-50s no orders for %s%n", at, fault, result);
            healthy = isHealthy(fault, outage.isPresent());
        }
        store.start(store.dead());
    }

    /** Returns the table of kills and outages. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add("kills: "
                + kills.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")));
        lines.add(String.format(Locale.ROOT, "%-16s %6s %22s %8s", "no orders after", "times", "median ms", "longest"));
        outageMillis.forEach((category, outages) -> {
            List<Long> sorted = outages.stream().sorted().toList();
            int count = sorted.size();
            lines.add(String.format(
                    Locale.ROOT, "%-16s %6d %22d %8d", category, count, sorted.get(count / 2), sorted.get(count - 1)));
        });
        return lines;
    }

    private void inject(Fault fault) throws IOException, InterruptedException {
        List<Service> targets = fault.targets();
        switch (fault.kind()) {
            case KILL -> {
                store.kill(targets);
                run.awaitEnd(fault.down());
                store.start(targets);
            }
            case FREEZE -> {
                store.freeze(targets);
                run.awaitEnd(fault.down());
                store.resume(targets);
            }
            case TERMINATE -> {
                for (Service target : targets) {
                    terminate(target);
                }
                store.start(targets);
            }
        }
    }

    /** Terminates a service; an end other than exit code 0 is a violation. */
    void terminate(Service service) throws InterruptedException {
        try {
            int exitCode = store.terminate(service);
            if (exitCode != 0) {
                run.violations()
                        .add(Kind.OTHER, service.toString(), "exit code " + exitCode + " after SIGTERM; expected 0");
            }
        } catch (IOException e) {
            run.violations().add(Kind.OTHER, service.toString(), e.getMessage() + " after SIGTERM");
        }
    }

    private void count(Fault fault, Duration outage) {
        outageMillis
                .computeIfAbsent(fault.category(), category -> new ArrayList<>())
                .add(outage.toMillis());
        if (fault.kind() == FaultKind.KILL) {
            fault.targets().forEach(target -> kills.merge(target, 1, Integer::sum));
        }
    }

    private boolean isHealthy(Fault fault, boolean recovered) {
        List<Service> dead = store.dead();
        dead.forEach(service -> run.violations().add(Kind.OTHER, service.toString(), "ended without a fault"));
        if (!recovered) {
            run.violations()
                    .add(Kind.OTHER, fault.toString(), "no order for " + RECOVERY_TIMEOUT.toSeconds() + " s after it");
        }
        return recovered && dead.isEmpty();
    }
}
