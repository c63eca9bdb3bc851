package toystore.loadtest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import toystore.common.cli.Interrupt;
import toystore.common.cli.Program;
import toystore.common.cli.Terminal;
import toystore.common.cli.Version;
import toystore.loadtest.expect.Expectation;
import toystore.loadtest.live.Progress;
import toystore.loadtest.live.ResultsTable;
import toystore.loadtest.plan.LoadTest;
import toystore.loadtest.plan.MeasurementWarnings;
import toystore.loadtest.plan.Task;
import toystore.loadtest.plan.Task.Findings;
import toystore.loadtest.report.HistogramLogFile;
import toystore.loadtest.report.ReportFolder;
import toystore.loadtest.result.OutputFile;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.ExpectationResult;
import toystore.loadtest.result.Results.StepResult;
import toystore.loadtest.result.ResultsFile;
import toystore.loadtest.scenario.Shop;
import toystore.loadtest.scenario.StockRefiller;

/**
 * One execution of a command that measures: runs its task, writes the report and prints the results. Not thread-safe.
 */
final class LoadTestRun {
    /** The exit code if an expectation does not hold, or if a comparison finds a regression. */
    static final int NOT_AS_EXPECTED = 3;

    private static final Duration REPORT_TIME = Duration.ofSeconds(30);
    private static final String TOKEN_FLAG = "--admin-token";
    private static final Pattern SECRET_FIELD =
            Pattern.compile("((?:--header=)?[^:]*(?:auth|cookie|token|secret|key)[^:]*:).*", Pattern.CASE_INSENSITIVE);

    private final Flags.OfRun flags;
    private final List<String> arguments;
    private final String target;
    private final Shop shop;
    private final String restockToken;
    private final Path folder;
    private final List<String> errors = new ArrayList<>(); // of restocking and logging
    private final PrintStream out = System.out;
    private final boolean onTerminal = Terminal.isThere();

    /**
     * An execution that has not started yet.
     *
     * @param arguments of the command line
     * @param shop null if the target is not a store
     * @param restockToken null if nothing is restocked
     */
    LoadTestRun(Flags.OfRun flags, List<String> arguments, String target, Shop shop, String restockToken) {
        this.flags = flags;
        this.arguments = List.copyOf(arguments);
        this.target = target;
        this.shop = shop;
        this.restockToken = restockToken;
        this.folder = flags.folder();
    }

    /** Runs the task; returns the exit code. */
    int run(Task task) throws IOException, InterruptedException {
        makeFolder(folder);
        Instant started = Instant.now();
        try (Interrupt interrupt = Interrupt.bySignal("loadtest", REPORT_TIME)) {
            Findings findings = restockToken == null
                    ? measure(task, started, interrupt)
                    : measureRestocked(task, started, interrupt);
            Results results = results(task, findings, started, interrupt.isRequested());
            writeAndPrint(results);
            return exitCode(results);
        }
    }

    private Findings measureRestocked(Task task, Instant started, Interrupt interrupt)
            throws IOException, InterruptedException {
        try (StockRefiller refiller = refiller()) {
            Findings findings = measure(task, started, interrupt);
            refiller.failure().ifPresent(errors::add);
            return findings;
        }
    }

    private Findings measure(Task task, Instant started, Interrupt interrupt) throws IOException, InterruptedException {
        boolean buys = task.warmUp().stream().anyMatch(step -> step.scenario().buys());
        if (buys && shop.stock().total() == 0) {
            throw new IllegalArgumentException("the store at " + target
                    + " is sold out; --restock adds units, ./toystore reset restores the start");
        }
        Path raw = folder.resolve("histograms.hlog");
        try (HistogramLogFile log = new HistogramLogFile(raw, started.toEpochMilli());
                Progress progress = progress()) {
            LoadTest test = new LoadTest(
                    shop == null ? null : shop.stock(), restockToken != null, flags.repeat, flags.seed, log, progress);
            interrupt.onRequest(() -> test.stop("the load test was interrupted"));
            test.warmUp(task.warmUp(), flags.warmUp);
            Findings findings = task.run(test);
            log.failure().ifPresent(errors::add);
            return findings;
        }
    }

    private Results results(Task task, Findings findings, Instant started, boolean cutShort) throws IOException {
        List<StepResult> steps = findings.steps();
        List<String> warnings = new ArrayList<>(
                MeasurementWarnings.of(steps, shop == null ? OptionalInt.empty() : shop.sessionThreads()));
        warnings.addAll(errors);
        List<ExpectationResult> expectations = new ArrayList<>();
        for (Expectation expectation : flags.expectations) {
            expectations.add(expectation.evaluate(steps));
        }
        expectations.addAll(task.check(findings));
        return new Results(
                ResultsFile.FORMAT,
                new Version().getVersion()[0] + " load test",
                command(),
                started,
                cutShort,
                target,
                task.axis(),
                flags.seed,
                ThisMachine.environment(),
                warnings,
                steps,
                expectations,
                findings.maxRate());
    }

    /** The command for a shell that repeats the load test, without secrets. */
    private String command() {
        List<String> words = new ArrayList<>(List.of("java", "-jar", "loadtest/target/loadtest.jar"));
        boolean isToken = false;
        for (String argument : arguments) {
            if (isToken) {
                words.add("…");
            } else if (argument.startsWith(TOKEN_FLAG + "=")) {
                words.add(TOKEN_FLAG + "=…");
            } else {
                words.add(quoted(SECRET_FIELD.matcher(argument).replaceFirst("$1 …")));
            }
            isToken = argument.equals(TOKEN_FLAG);
        }
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Writes the files first, so that they exist even if nobody reads the output. */
    private void writeAndPrint(Results results) throws IOException {
        boolean written = false;
        try {
            ResultsFile.write(folder.resolve("results.json"), results);
            ReportFolder.write(results, folder);
            written = true;
        } catch (IOException e) {
            throw new IOException("the report in " + folder + " cannot be written: " + OutputFile.reason(e), e);
        } finally {
            if (onTerminal) {
                ResultsTable table = new ResultsTable(out);
                results.steps().forEach(step -> table.print(step.name(), step.seconds(), step.kinds()));
            }
            out.println();
            if (written) {
                out.println(folder.resolve("report.html"));
            }
            if (results.cutShort()) {
                out.println("cut short: these are the results up to the interrupt");
            }
            results.warnings().forEach(warning -> out.println("! " + warning));
            for (ExpectationResult result : results.expectations()) {
                out.println((result.held() ? "held: " : "NOT HELD: ") + result.expected() + ": " + result.found());
            }
        }
    }

    private int exitCode(Results results) {
        if (results.expectations().stream().anyMatch(result -> !result.held())) {
            return NOT_AS_EXPECTED;
        }
        if (!errors.isEmpty()) {
            return Program.FAILED;
        }
        boolean complete =
                results.steps().stream().allMatch(step -> step.failed() == 0 && step.unsent() == 0 && step.count() > 0);
        return complete || !results.expectations().isEmpty() ? Program.OK : Program.FAILED;
    }

    private Progress progress() {
        return onTerminal ? new Progress.OnTerminal() : new Progress.InLines(out, System.err);
    }

    private StockRefiller refiller() {
        try {
            return StockRefiller.start(shop, restockToken);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Makes the folder before the work, to report errors early. */
    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IllegalArgumentException("the folder " + folder + " cannot be made: " + OutputFile.reason(e), e);
        }
    }
}
