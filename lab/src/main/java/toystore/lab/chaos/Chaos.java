package toystore.lab.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import toystore.common.Threads;
import toystore.lab.shoppers.KeyedShopper;
import toystore.lab.shoppers.LabRestocker;
import toystore.lab.shoppers.LabRun;
import toystore.lab.shoppers.StoreInspection;
import toystore.lab.shoppers.Violations.Kind;

/**
 * Runs one chaos test and prints its report. Not thread-safe.
 *
 * <ol>
 *   <li>A store starts, and shoppers place orders in it.
 *   <li>Faults are injected for the given time.
 *   <li>Shoppers finish their orders. All services are killed once more, and the state that they then have on disk is
 *       compared with the orders that they have acknowledged.
 *   <li>The services stop, and the audit checks their files.
 * </ol>
 */
final class Chaos {
    private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_VIOLATIONS_SHOWN = 50;
    private static final int AUDIT_LINES_SHOWN = 12;

    private final ChaosConfig config;
    private final PrintStream out;
    private final ChaosStore store;
    private final LabRun run;
    private final FaultInjector injector;
    private final List<StoreInspection> inspections; // of each cell

    Chaos(ChaosConfig config, PrintStream out) throws IOException {
        this.config = config;
        this.out = out;
        this.store = new ChaosStore(config);
        this.run = new LabRun(store.frontends());
        this.injector = new FaultInjector(store, run, out);
        this.inspections = store.cells().stream()
                .map(cell -> new StoreInspection(cell, run))
                .toList();
    }

    /** Returns whether the store kept all its promises. */
    boolean run() throws IOException, InterruptedException {
        Thread onSignal = Threads.named("chaos-stop", this::abort);
        Runtime.getRuntime().addShutdownHook(onSignal);
        out.printf(
                Locale.ROOT,
                "chaos for %s s with seed %d and %d shoppers%s, in %s%n",
                config.length().toMillis() / 1000.0,
                config.seed(),
                config.shoppers(),
                config.tls() ? " over TLS" : "",
                store.folder());
        try (store) {
            runAllSteps();
        } catch (IOException e) {
            awaitExitIfAborted();
            throw e;
        } finally {
            run.end();
        }
        Runtime.getRuntime().removeShutdownHook(onSignal);
        if (run.violations().isEmpty() && !config.keep()) {
            store.delete();
        } else {
            out.println("the store's files and logs are kept in " + store.folder());
        }
        out.println(run.violations().summary());
        return run.violations().isEmpty();
    }

    private void runAllSteps() throws IOException, InterruptedException {
        store.start();
        awaitReady();
        List<Thread> threads = shopperThreads();
        threads.forEach(Thread::start);
        injector.inject(new ChaosPlan(config.seed(), config.parts()), config.length());
        awaitExitIfAborted();
        finish(threads);
        try {
            inspect();
        } catch (IOException e) {
            awaitExitIfAborted();
            run.violations().add(Kind.OTHER, "the store", "cannot be inspected: " + e.getMessage());
        }
        store.terminate(run.violations());
        audit();
        out.println();
        injector.summary().forEach(out::println);
        out.println(run.acknowledged());
        run.violations().lines().stream().limit(MAX_VIOLATIONS_SHOWN).forEach(out::println);
    }

    private List<Thread> shopperThreads() {
        SplittableRandom random = new SplittableRandom(config.seed());
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= config.shoppers(); i++) {
            String name = "shopper-" + i;
            threads.add(Threads.named(name, new KeyedShopper(name, run, i, random.split())));
        }
        for (int cell = 0; cell < store.cells().size(); cell++) {
            threads.add(Threads.named(
                    "restocker" + (cell == 0 ? "" : "-" + (cell + 1)),
                    new LabRestocker(run, run.frontends().get(cell), random.split())));
        }
        return threads;
    }

    private void finish(List<Thread> threads) throws InterruptedException {
        run.close();
        for (Thread thread : threads) {
            thread.join(FINISH_TIMEOUT.toMillis());
            if (thread.isAlive()) {
                run.violations()
                        .add(
                                Kind.OTHER,
                                thread.getName(),
                                "has not finished after " + FINISH_TIMEOUT.toSeconds() + " s");
            }
        }
    }

    private void inspect() throws IOException, InterruptedException {
        awaitReady();
        inspections.get(0).resolveOrders();
        for (StoreInspection inspection : inspections) {
            inspection.checkReservations();
        }
        store.kill(); // so that the state that is read comes from the disk
        store.start();
        awaitReady();
        out.println("reading everything back ...");
        for (StoreInspection inspection : inspections) {
            inspection.read().check(run.acknowledged(), run.violations());
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        for (StoreInspection inspection : inspections) {
            inspection.awaitReady();
        }
    }

    private void audit() throws IOException, InterruptedException {
        Path output = store.auditLog();
        int exitCode = store.audit();
        List<String> lines = Files.readAllLines(output);
        out.println("audit: exit code " + exitCode);
        lines.subList(Math.max(0, lines.size() - AUDIT_LINES_SHOWN), lines.size())
                .forEach(line -> out.println("  " + line));
        if (exitCode != 0) {
            run.violations().add(Kind.OTHER, "the audit", "exit code " + exitCode);
        }
    }

    /** While {@link #abort} ends the process, this thread neither does nor prints anything more. */
    private void awaitExitIfAborted() throws InterruptedException {
        if (run.hasEnded()) {
            new CountDownLatch(1).await();
        }
    }

    /** On Ctrl-C: stops everything, and removes the files unless they are to be kept. */
    private void abort() {
        System.err.println("chaos: interrupted; the orders and files of the store were not checked");
        run.end();
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
