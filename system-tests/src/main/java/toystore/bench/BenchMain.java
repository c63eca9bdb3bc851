package toystore.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toystore.wire.program.Version;

/** The command line of the benchmarks. */
@Command(
        name = "bench",
        description = "Measures what the store is made of, side by side with what it is to be compared with.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {LogBench.class, HistoryBench.class, CatalogBench.class})
public final class BenchMain implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected one of log, history, catalog");
    }
}
