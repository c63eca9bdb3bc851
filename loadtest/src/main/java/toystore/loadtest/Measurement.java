package toystore.loadtest;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        try {
            Files.createDirectories(config.out()); // before the work, not after it
        } catch (IOException e) {
            System.err.println("loadtest: the folder " + config.out() + " cannot be made: " + e);
            return Program.USAGE;
        }
        out.printf(
                Locale.ROOT,
                "%s at %s, 1 to %d clients, %d iterations each%s (latencies in ms)%n",
                String.join(", ", config.loads().stream().map(Load::label).toList()),
                config.store(),
                config.clients(),
                config.iterations(),
                config.loads().contains(Load.QUERY) ? ", queries for at least 1 s a step" : "");
        test.shortage().ifPresent(out::println);
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
            Path png = config.out().resolve(load.label() + ".png");
            LatencyPlot.write(png, load, steps);
            out.println(png);
        }
        out.println(csv);
        warnOfSoldOut(results);
    }

    /** Last, and apart from the rest: figures that miss something are easily taken for the whole. */
    private void warnOfSoldOut(List<StepResult> results) {
        List<String> warnings = config.loads().stream()
                .flatMap(load -> warningsOfSoldOut(
                        load,
                        results.stream().filter(step -> step.load() == load).toList()))
                .toList();
        if (!warnings.isEmpty()) {
            out.println();
            warnings.forEach(out::println);
        }
    }

    private Stream<String> warningsOfSoldOut(Load load, List<StepResult> steps) {
        List<String> warnings = new ArrayList<>();
        long soldOut = steps.stream()
                .mapToLong(step -> step.latencies().count(Kind.SOLD_OUT))
                .sum();
        if (soldOut > 0) {
            warnings.add(soldOut + " buys of the " + load.label()
                    + " load found nothing left; their answers are not in the order latencies");
        }
        boolean buys = load == Load.BUY || (load == Load.MIXED && config.probability() > 0);
        String without = steps.stream()
                .filter(step -> buys && step.latencies().count(Kind.ORDER) == 0)
                .map(step -> Integer.toString(step.clients()))
                .collect(Collectors.joining(", "));
        if (!without.isEmpty()) {
            warnings.add("no order at all in the " + load.label() + " load with " + without
                    + " clients: all is sold out, and ./toystore reset restocks");
        }
        return warnings.stream();
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
