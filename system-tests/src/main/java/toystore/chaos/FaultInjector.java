package toystore.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toystore.chaos.Violations.Kind;

/**
 * Does to the store what the plan says, and waits after each action until an order goes through again. A store that
 * does not recover, and a service that ends when nobody killed it, are faults and end it. Run by one thread.
 */
final class FaultInjector {
    private static final Duration RECOVERY = Duration.ofSeconds(20);

    private final ChaosStore store;
    private final ChaosRun scene;
    private final PrintStream out;
    private final Outages outages = new Outages();

    FaultInjector(ChaosStore store, ChaosRun scene, PrintStream out) {
        this.store = store;
        this.scene = scene;
        this.out = out;
    }

    /** Goes on for that long, or until there is a fault of the kind that ends it; all services are started then. */
    void run(FaultPlan plan, Duration length) throws IOException, InterruptedException {
        long start = System.nanoTime();
        boolean healthy = true;
        while (healthy && System.nanoTime() - start < length.toNanos()) {
            Action action = plan.next();
            if (scene.awaitEnd(action.before())) {
                return;
            }
            double at = (System.nanoTime() - start) / 1e9;
            scene.pulse().watch();
            perform(action);
            Optional<Duration> outage = scene.pulse().awaitNext(RECOVERY);
            outage.ifPresent(time -> outages.add(action, time));
            String result =
                    outage.map(time -> time.toMillis() + " ms").orElse("more than " + RECOVERY.toSeconds() + " s");
            out.printf(Locale.ROOT, "%7.1f s  %-50s no orders for %s%n", at, action, result);
            healthy = isHealthy(action, outage.isPresent());
        }
        store.start(store.dead());
    }

    Outages outages() {
        return outages;
    }

    private void perform(Action action) throws IOException, InterruptedException {
        List<Service> victims = action.victims();
        switch (action.kind()) {
            case KILL -> {
                store.kill(victims);
                scene.awaitEnd(action.down());
                store.start(victims);
            }
            case FREEZE -> {
                store.freeze(victims);
                scene.awaitEnd(action.down());
                store.thaw(victims);
            }
            case TERMINATE -> {
                for (Service victim : victims) {
                    terminate(victim);
                    store.start(victim);
                }
            }
        }
    }

    private void terminate(Service victim) throws InterruptedException {
        String end = store.terminate(victim);
        if (!end.equals(ChaosStore.CLEAN_END)) {
            scene.faults().add(Kind.OTHER, victim.toString(), end + " after SIGTERM; expected " + ChaosStore.CLEAN_END);
        }
    }

    private boolean isHealthy(Action action, boolean recovered) {
        List<Service> dead = store.dead();
        dead.forEach(service -> scene.faults().add(Kind.OTHER, service.toString(), "ended by itself"));
        if (!recovered) {
            scene.faults().add(Kind.OTHER, action.toString(), "no order for " + RECOVERY.toSeconds() + " s after it");
        }
        return recovered && dead.isEmpty();
    }
}
