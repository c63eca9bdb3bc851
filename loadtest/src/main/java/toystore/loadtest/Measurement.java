package toystore.loadtest;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import toystore.client.Latencies.Kind;
import toystore.wire.program.Program;

/** A load test from its first word on the terminal to its last file. */
final class Measurement {
    private final LoadTestConfig config;
    private final PrintStream out = System.out;
    private final Table table = new Table(out);

    Measurement(LoadTestConfig config) {
        this.config = config;
    }

    /** Runs it; returns the exit code. */
    int run() throws IOException, InterruptedException {
        LoadTest test;
        try {
            test = LoadTest.of(config);
        } catch (IOException e) {
            System.err.println("loadtest: " + e.getMessage());
            return Program.USAGE;
        }
        Files.createDirectories(config.out()); // before the work, not after it
        out.printf(
                Locale.ROOT,
                "%s at %s, 1 to %d clients, %d iterations each (latencies in ms)%n",
                String.join(", ", config.loads().stream().map(Load::label).toList()),
                config.store(),
                config.clients(),
                config.iterations());
        List<StepResult> results = measure(test);
        write(results);
        return results.stream().anyMatch(step -> step.latencies().failed() > 0) ? Program.FAILED : Program.OK;
    }

    private List<StepResult> measure(LoadTest test) throws InterruptedException {
        if (!isTerminal()) {
            try (Progress progress = new ProgressInLines(table)) {
                return test.run(progress);
            }
        }
        List<StepResult> results;
        try (Progress progress = new ProgressOnTerminal(config)) {
            results = test.run(progress);
        }
        results.forEach(table::print);
        return results;
    }

    private void write(List<StepResult> results) throws IOException {
        Path csv = config.out().resolve("latency.csv");
        CsvFile.write(csv, results);
        out.println();
        for (Load load : config.loads()) {
            List<StepResult> steps =
                    results.stream().filter(step -> step.load() == load).toList();
            warnOfSoldOut(load, steps);
            Path png = config.out().resolve(load.label() + ".png");
            LatencyPlot.write(png, load, steps);
            out.println(png);
        }
        out.println(csv);
    }

    private void warnOfSoldOut(Load load, List<StepResult> steps) {
        long soldOut = steps.stream()
                .mapToLong(step -> step.latencies().count(Kind.SOLD_OUT))
                .sum();
        if (soldOut > 0) {
            out.printf(
                    "%d buys of the %s load found nothing left; their answers are not in the order latencies%n",
                    soldOut, load.label());
        }
        boolean buys = load == Load.BUY || (load == Load.MIXED && config.probability() > 0);
        String without = steps.stream()
                .filter(step -> buys && step.latencies().count(Kind.ORDER) == 0)
                .map(step -> Integer.toString(step.clients()))
                .collect(Collectors.joining(", "));
        if (!without.isEmpty()) {
            out.printf(
                    "no order at all in the %s load with %s clients: all is sold out, and ./toystore reset restocks%n",
                    load.label(), without);
        }
    }

    /** Whether a person looks on: from JDK 22 on a console may be there without a terminal, and says so. */
    @SuppressWarnings("SystemConsoleNull") // it is asked what it is where it can be
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException beforeJdk22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
