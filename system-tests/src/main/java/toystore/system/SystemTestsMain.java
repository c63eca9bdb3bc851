package toystore.system;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toystore.bench.BenchMain;
import toystore.common.cli.Program;
import toystore.common.cli.Version;

/** The command line of the programs that measure a whole store. */
@Command(
        name = "./toystore", // which runs it
        description = "Measures a whole store.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = BenchMain.class)
public final class SystemTestsMain implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        Program.main(new SystemTestsMain(), args);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }
}
