package toystore.lab;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.lab.chaos.ChaosMain;

/** The command line of the lab. */
@Command(
        name = "./toystore", // which runs it
        description = "Shows what a store promises, and what happens to it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {LabCommand.class, WatchCommand.class, ChaosMain.class})
public final class LabMain implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // otherwise a response waits for 40 ms
        Program.main(new LabMain(), args);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }
}
