package toystore.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import toystore.chaos.Violations.Kind;
import toystore.common.Threads;

/**
 * One run, in four acts: a store opens and people shop in it; its processes are killed, again and again; what was begun
 * is finished, all processes are killed once more, and what the store remembers is compared with what it told the
 * shoppers; its files are audited.
 */
final class Chaos {
    private static final Duration FINISH = Duration.ofSeconds(60);
    private static final int SHOWN_FAULTS = 50;
    private static final int SHOWN_AUDIT_LINES = 12;

    private final ChaosConfig config;
    private final PrintStream out;

    Chaos(ChaosConfig config, PrintStream out) {
        this.config = config;
        this.out = out;
    }

    /** Returns whether the store kept all its promises. */
    boolean run() throws IOException, InterruptedException {
        ChaosStore store = new ChaosStore(config, new TestCatalog());
        ChaosRun scene = new ChaosRun(store.address(Service.FRONTEND));
        Thread onSignal = new Thread(() -> abort(store, scene), "chaos-stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        out.printf(
                Locale.ROOT,
                "chaos for %s s with seed %d and %d shoppers, in %s%n",
                config.length().toMillis() / 1000.0,
                config.seed(),
                config.shoppers(),
                store.folder());
        try (store) {
            perform(store, scene);
        } finally {
            scene.end();
        }
        Runtime.getRuntime().removeShutdownHook(onSignal);
        if (scene.faults().isEmpty() && !config.keep()) {
            store.delete();
        } else {
            out.println("the store's files and logs are kept in " + store.folder());
        }
        out.println(scene.faults().summary());
        return scene.faults().isEmpty();
    }

    private void perform(ChaosStore store, ChaosRun scene) throws IOException, InterruptedException {
        StoreInspection inspection = new StoreInspection(store, scene);
        FaultInjector killer = new FaultInjector(store, scene, out);
        store.start(Arrays.asList(Service.values()));
        if (!inspection.awaitReady()) {
            throw new IOException("the store does not open; its logs are in " + store.folder());
        }
        List<Thread> people = people(scene);
        people.forEach(Thread::start);
        killer.run(new FaultPlan(config.seed()), config.length());
        awaitEndIfStopped(scene);
        scene.close();
        for (Thread person : people) {
            person.join(FINISH.toMillis());
            if (person.isAlive()) {
                scene.faults().add(Kind.OTHER, person.getName(), "does not finish what it has begun");
            }
        }
        try {
            inspect(store, scene, inspection);
        } catch (IOException e) {
            awaitEndIfStopped(scene);
            scene.faults().add(Kind.OTHER, "the store", "cannot be inspected: " + e.getMessage());
        }
        stop(store, scene);
        audit(store, scene);
        out.println();
        killer.outages().lines().forEach(out::println);
        out.println(scene.ledger());
        scene.faults().lines().stream().limit(SHOWN_FAULTS).forEach(out::println);
    }

    private List<Thread> people(ChaosRun scene) {
        SplittableRandom random = new SplittableRandom(config.seed());
        List<Thread> people = new ArrayList<>();
        for (int i = 1; i <= config.shoppers(); i++) {
            String name = "shopper-" + i;
            people.add(Threads.named(name, new KeyedShopper(name, scene, random.split())));
        }
        people.add(Threads.named("restocker", new ChaosRestocker(scene, random.split())));
        return people;
    }

    private void inspect(ChaosStore store, ChaosRun scene, StoreInspection inspection)
            throws IOException, InterruptedException {
        if (!inspection.awaitReady()) {
            throw new IOException("it is not ready in the end");
        }
        inspection.settle();
        inspection.checkReservations();
        store.kill(Arrays.asList(Service.values())); // so that what is read comes from the disk
        store.start(Arrays.asList(Service.values()));
        if (!inspection.awaitReady()) {
            throw new IOException("it does not open any more");
        }
        out.println("reading everything back ...");
        new Verdict(scene.ledger(), inspection.read(), scene.faults()).judge();
    }

    private static void stop(ChaosStore store, ChaosRun scene) throws InterruptedException {
        List<Service> services = new ArrayList<>(Arrays.asList(Service.values()));
        Collections.reverse(services);
        for (Service service : services) {
            String end = store.terminate(service);
            if (!end.equals(ChaosStore.CLEAN_END)) {
                scene.faults().add(Kind.OTHER, service.toString(), end + " after SIGTERM in the end");
            }
        }
    }

    private void audit(ChaosStore store, ChaosRun scene) throws IOException, InterruptedException {
        Path output = store.folder().resolve("logs").resolve("audit.log");
        int exitCode = store.audit(output);
        List<String> lines = Files.readAllLines(output);
        out.println("audit: exit code " + exitCode);
        lines.subList(Math.max(0, lines.size() - SHOWN_AUDIT_LINES), lines.size())
                .forEach(line -> out.println("  " + line));
        if (exitCode != 0) {
            scene.faults().add(Kind.OTHER, "the audit", "exit code " + exitCode);
        }
    }

    /** While {@link #abort} ends the process there is nothing left to do or to say. */
    private static void awaitEndIfStopped(ChaosRun scene) throws InterruptedException {
        if (scene.isOver()) {
            new CountDownLatch(1).await();
        }
    }

    /** After Ctrl-C: nothing goes on, and nothing is left but what is to be kept. */
    private void abort(ChaosStore store, ChaosRun scene) {
        scene.end();
        store.close();
        try {
            if (config.keep()) {
                System.err.println("chaos: stopped; the store's files and logs are kept in " + store.folder());
            } else {
                store.delete();
            }
        } catch (IOException e) {
            System.err.println("chaos: " + store.folder() + " could not be removed: " + e);
        }
    }
}
