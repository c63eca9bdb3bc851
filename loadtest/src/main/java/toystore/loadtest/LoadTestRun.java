package toystore.loadtest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import toystore.common.cli.Program;
import toystore.common.cli.Terminal;
import toystore.loadtest.expect.Expectation;
import toystore.loadtest.live.ProgressInLines;
import toystore.loadtest.live.ProgressOnTerminal;
import toystore.loadtest.live.ResultsTable;
import toystore.loadtest.plan.LoadTest;
import toystore.loadtest.plan.MeasurementWarnings;
import toystore.loadtest.plan.Progress;
import toystore.loadtest.plan.Task;
import toystore.loadtest.plan.Task.Findings;
import toystore.loadtest.report.HistogramLogFile;
import toystore.loadtest.report.ReportFolder;
import toystore.loadtest.result.ExpectationResult;
import toystore.loadtest.result.OutputFile;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.ResultsFile;
import toystore.loadtest.result.StepResult;
import toystore.loadtest.scenario.Shop;
import toystore.loadtest.scenario.StockRefiller;

/** A load test from its first word on the terminal to its last file. */
final class LoadTestRun {
    /** What was expected was not found, or a comparison found a regression. */
    static final int NOT_AS_EXPECTED = 3;

    private final RunFlags flags;
    private final List<String> arguments;
    private final String target;
    private final Shop shop;
    private final String restockToken;
    private final Path folder;
    private final List<String> warnings = new ArrayList<>(); // that measuring itself gives rise to
    private final PrintStream out = System.out;
    private final boolean terminal = Terminal.isThere();

    /**
     * A test that has not begun.
     *
     * @param arguments of the command line
     * @param shop null where nothing is sold
     * @param restockToken null if nothing is restocked
     */
    LoadTestRun(RunFlags flags, List<String> arguments, String target, Shop shop, String restockToken) {
        this.flags = flags;
        this.arguments = List.copyOf(arguments);
        this.target = target;
        this.shop = shop;
        this.restockToken = restockToken;
        this.folder = flags.out(LocalDateTime.now(ZoneId.systemDefault()));
    }

    /** Runs it; returns the exit code. */
    int run(Task task) throws IOException, InterruptedException {
        makeFolder(folder);
        Instant started = Instant.now();
        Interruption interruption = Interruption.begin();
        try {
            Findings findings = restockToken == null
                    ? measure(task, started, interruption)
                    : measureRestocked(task, started, interruption);
            Results results = results(task, findings, started, interruption.happened());
            show(results);
            return exitCode(results);
        } finally {
            interruption.over();
        }
    }

    private Findings measureRestocked(Task task, Instant started, Interruption interruption)
            throws IOException, InterruptedException {
        try (StockRefiller restocker = restocker()) {
            Findings findings = measure(task, started, interruption);
            restocker.failure().ifPresent(warnings::add);
            return findings;
        }
    }

    private Findings measure(Task task, Instant started, Interruption interruption)
            throws IOException, InterruptedException {
        boolean buys = task.warmUp().stream().anyMatch(step -> step.scenario().buys());
        if (buys && shop.stock().total() == 0) {
            throw new IllegalArgumentException(
                    "the store at " + target + " has nothing left to sell; --restock brings new"
                            + " units, ./toystore reset goes back to the start");
        }
        Path raw = folder.resolve("histograms.hlog");
        try (HistogramLogFile log = new HistogramLogFile(raw, started.toEpochMilli());
                Progress progress = progress()) {
            LoadTest test = new LoadTest(
                    shop == null ? null : shop.stock(),
                    restockToken != null,
                    flags.repeat(),
                    flags.seed(),
                    log,
                    progress);
            interruption.stops(test);
            test.warmUp(task.warmUp(), flags.warmUp());
            Findings findings = task.run(test);
            log.failure().ifPresent(warnings::add);
            return findings;
        }
    }

    private Results results(Task task, Findings findings, Instant started, boolean cutShort) throws IOException {
        List<StepResult> steps = findings.steps();
        List<String> all = new ArrayList<>(
                MeasurementWarnings.of(steps, shop == null ? OptionalInt.empty() : shop.sessionThreads()));
        all.addAll(warnings);
        List<ExpectationResult> judgements = new ArrayList<>();
        for (Expectation expectation : flags.expectations()) {
            judgements.add(expectation.evaluate(steps));
        }
        judgements.addAll(task.judge(findings));
        return new Results(
                ResultsFile.FORMAT,
                Build.program(),
                CommandText.of(arguments),
                started,
                cutShort,
                target,
                task.axis(),
                flags.seed(),
                ThisMachine.environment(),
                all,
                steps,
                judgements,
                findings.maxRate());
    }

    /** Files first: what is written is there, even if nobody takes the rest. */
    private void show(Results results) throws IOException {
        boolean written = false;
        try {
            ResultsFile.write(folder.resolve("results.json"), results);
            ReportFolder.write(results, folder);
            written = true;
        } catch (IOException e) {
            throw new IOException("the report in " + folder + " cannot be written: " + OutputFile.reason(e), e);
        } finally {
            if (terminal) {
                ResultsTable table = new ResultsTable(out);
                results.steps().forEach(step -> table.print(step.name(), step.seconds(), step.kinds()));
            }
            out.println();
            if (written) {
                out.println(folder.resolve("report.html"));
            }
            say(results);
        }
    }

    private void say(Results results) {
        if (results.cutShort()) {
            out.println("cut short: this is what there was until then");
        }
        results.warnings().forEach(warning -> out.println("! " + warning));
        for (ExpectationResult judgement : results.expectations()) {
            out.println((judgement.held() ? "held: " : "NOT HELD: ") + judgement.expected() + ": " + judgement.found());
        }
    }

    private int exitCode(Results results) {
        if (results.expectations().stream().anyMatch(judgement -> !judgement.held())) {
            return NOT_AS_EXPECTED;
        }
        boolean judged = !results.expectations().isEmpty() && warnings.isEmpty();
        boolean failed = !warnings.isEmpty()
                || results.steps().stream()
                        .anyMatch(step -> step.failed() > 0 || step.unsent() > 0 || step.count() == 0);
        return failed && !judged ? Program.FAILED : Program.OK;
    }

    private Progress progress() {
        return terminal ? new ProgressOnTerminal() : new ProgressInLines(out, System.err);
    }

    private StockRefiller restocker() {
        try {
            return StockRefiller.start(shop, restockToken);
        } catch (IOException e) {
            throw new NoTargetException(e.getMessage(), e);
        }
    }

    /** Before the work, not after it. */
    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new NoTargetException("the folder " + folder + " cannot be made: " + OutputFile.reason(e), e);
        }
    }
}
