package toystore.loadtest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import toystore.common.cli.Program;
import toystore.loadtest.compare.Comparison;
import toystore.loadtest.compare.ComparisonRow;
import toystore.loadtest.report.Plot;
import toystore.loadtest.report.PlotFiles;
import toystore.loadtest.result.OutputFile;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.ResultsFile;

/** The command that compares the results of two load tests. */
@Command(
        name = "compare",
        description = {
            "Compares the results of two load tests, and tells which changes are larger than noise.",
            "Measure both with --repeat 5 or more, on the same machine and with the same flags.",
            ""
        },
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    @ParentCommand
    private LoadTestMain parent;

    @Parameters(
            index = "0",
            paramLabel = "BEFORE",
            description = "The results.json of the first load test, or its folder.")
    private Path before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "The same of the second load test.")
    private Path after;

    @Option(
            names = "--max-regression",
            paramLabel = "PERCENT",
            converter = PercentConverter.class,
            description = "Exit with code 3 if a metric became worse by more than that, unless it is within the noise.")
    private Double maxRegression;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_OUT}",
            description = "Folder for the plots (TOYSTORE_OUT; otherwise loadtest-report/ and the time).")
    private Path out;

    @Override
    public Integer call() throws IOException {
        parent.refuseMisplacedFlags();
        Comparison comparison = Comparison.of(read(before), read(after));
        PrintStream print = System.out;
        comparison.print(print);
        Path folder = Flags.OfRun.folder(out);
        LoadTestRun.makeFolder(folder);
        print.println();
        write(comparison.plots(), folder, print);
        if (maxRegression == null) {
            return Program.OK;
        }
        List<ComparisonRow> regressions = comparison.regressions(maxRegression);
        regressions.forEach(row -> print.println("REGRESSION: " + row.sentence()));
        comparison.onlyBefore().forEach(step -> print.println("REGRESSION: \"" + step + "\" was not measured after"));
        boolean none = regressions.isEmpty() && comparison.onlyBefore().isEmpty();
        if (none) {
            print.println("no regression of more than " + maxRegression + " %");
        }
        return none ? Program.OK : LoadTestRun.NOT_AS_EXPECTED;
    }

    private static void write(List<Plot> plots, Path folder, PrintStream print) throws IOException {
        try {
            for (Plot plot : plots) {
                print.println(PlotFiles.write(plot, folder).get(0));
            }
        } catch (IOException e) {
            throw new IOException("the plots in " + folder + " cannot be written: " + OutputFile.reason(e), e);
        }
    }

    /** A file that cannot be read is a wrong argument, not a failure. */
    private static Results read(Path path) {
        try {
            return ResultsFile.read(Files.isDirectory(path) ? path.resolve("results.json") : path);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
