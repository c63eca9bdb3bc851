package toystore.lab.weak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import toystore.common.Threads;

/**
 * Runs a weak mode: once with its rule in place, or without it until a promise is broken. Used by one thread.
 *
 * <p>Prints the rule and where it is found, the timeline of each try, what was found at the end, and a verdict.
 */
public final class WeakRun {
    /** It came as expected. */
    public static final int AS_EXPECTED = 0;

    /** No promise was broken without the rule, or the schedule broke off. */
    public static final int NOT_SHOWN = 1;

    /** A promise was broken though the rule was in place. */
    public static final int BROKEN = 3;

    /** How often a schedule is run, at most, unless said otherwise. */
    public static final int DEFAULT_TRIES = 3;

    private final Path home;
    private final WeakMode mode;
    private final long seed;
    private final boolean correct;
    private final int tries;
    private final PrintStream out;

    @GuardedBy("this")
    private Experiment running; // null before the first try

    @GuardedBy("this")
    private boolean aborted; // by a signal; no experiment begins from then on

    /**
     * A run.
     *
     * @param home the project folder, with the programs built
     * @param seed of the product, the shoppers, their quantities, and the pauses
     * @param correct whether the rule is in place
     * @param tries how often the schedule is run, at most, until a promise is broken; with the rule, until it does not
     *     break off
     * @param out receives the report
     */
    public WeakRun(Path home, WeakMode mode, long seed, boolean correct, int tries, PrintStream out) {
        if (tries < 1 || tries > 100) {
            throw new IllegalArgumentException("--tries is " + tries + "; expected 1 to 100");
        }
        this.home = home;
        this.mode = mode;
        this.seed = seed;
        this.correct = correct;
        this.tries = tries;
        this.out = out;
    }

    /** Returns the exit code. */
    public int run() throws IOException, InterruptedException {
        Thread onSignal = Threads.named("weak-stop", this::abort);
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            return runAll();
        } finally {
            awaitExitIfAborted();
            remove(onSignal);
        }
    }

    private static void remove(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // A signal came just now: the hook runs, and finds the experiment closed.
        }
    }

    private int runAll() throws IOException, InterruptedException {
        printHeader();
        for (int attempt = 1; attempt <= tries; attempt++) {
            if (attempt > 1) {
                out.println("try " + attempt + " of " + tries + ":");
            }
            Optional<Integer> code = runOnce();
            if (code.isPresent()) {
                return code.get();
            }
        }
        if (correct) {
            out.println("NOT FINISHED with seed " + seed + ": the promises were not checked");
            return NOT_SHOWN;
        }
        out.println("NOT SHOWN in " + tries + (tries == 1 ? " try" : " tries") + " with seed " + seed);
        return NOT_SHOWN;
    }

    private void printHeader() {
        Rule rule = mode.rule();
        out.println((correct ? "with the rule: " : "without the rule: ") + rule.statement());
        out.println("  rule  " + rule.document());
        out.println("  code  " + rule.code());
        out.println("  test  " + rule.test());
        out.println("  mode  " + source(mode));
    }

    /** Returns the file with the decorator and the schedule. */
    static String source(WeakMode mode) {
        return "lab/src/main/java/" + mode.getClass().getName().replace('.', '/') + ".java";
    }

    /** Returns the exit code; empty if nothing was shown, or the schedule broke off. */
    private Optional<Integer> runOnce() throws IOException, InterruptedException {
        try (Experiment experiment = begin()) {
            Optional<String> broken = mode.run(experiment);
            return correct ? Optional.of(verdictWithRule(experiment, broken)) : broken.map(this::verdictWithoutRule);
        } catch (IOException e) {
            awaitExitIfAborted();
            out.println("the schedule broke off: " + e.getMessage());
            return Optional.empty();
        }
    }

    private synchronized Experiment begin() throws IOException {
        if (aborted) {
            throw new IOException("this program is ending");
        }
        running = new Experiment(home, mode, seed, correct, out);
        return running;
    }

    private int verdictWithoutRule(String broken) {
        out.println(broken + ", as expected. With the rule: " + command() + " --correct");
        return AS_EXPECTED;
    }

    private int verdictWithRule(Experiment experiment, Optional<String> broken) {
        String finding = experiment.finding();
        if (broken.isPresent() || !experiment.isClean()) {
            out.println("BROKEN with the rule in place: "
                    + broken.map(text -> text + "; ").orElse("") + finding);
            return BROKEN;
        }
        out.println("KEPT: " + finding + ". Without the rule: " + command());
        return AS_EXPECTED;
    }

    private String command() {
        return "./toystore lab " + mode.name() + (seed == 1 ? "" : " --seed " + seed);
    }

    /** On Ctrl-C: stops the store, and removes its files. */
    private void abort() {
        Experiment experiment;
        synchronized (this) {
            aborted = true;
            experiment = running;
        }
        try {
            if (experiment != null) {
                experiment.close();
            }
        } catch (IOException e) {
            System.err.println("lab: the files of the store could not be removed: " + e);
        }
    }

    /** While {@link #abort} ends the process, this thread neither does nor prints anything more. */
    private void awaitExitIfAborted() throws InterruptedException {
        if (isAborted()) {
            new CountDownLatch(1).await();
        }
    }

    private synchronized boolean isAborted() {
        return aborted;
    }
}
