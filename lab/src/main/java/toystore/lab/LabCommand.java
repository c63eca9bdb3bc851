package toystore.lab;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import toystore.common.cli.Version;
import toystore.lab.weak.WeakModes;
import toystore.lab.weak.WeakRun;

/** The command line of {@code lab}. */
@Command(
        name = "lab",
        description = "Shows what a store without one of its rules does.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 as expected, 1 not shown in --tries, 2 wrong arguments, 3 a promise was broken with --correct."
        })
final class LabCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "MODE",
            description = "early-reply, no-force, no-fence, no-catch-up, no-keys, check-then-act, stale-cache,"
                    + " torn-tail or closed-loop.")
    private String mode;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Project folder, with the services built (default: ${DEFAULT-VALUE}).")
    private Path home;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_SEED:-1}",
            description = "Seed of all random choices (TOYSTORE_SEED; default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--correct", description = "Run the same schedule with the rule in place.")
    private boolean correct;

    @Option(
            names = "--tries",
            paramLabel = "N",
            defaultValue = "" + WeakRun.DEFAULT_TRIES,
            description = "Run the schedule up to N times, until it shows what it should (default: ${DEFAULT-VALUE}).")
    private int tries;

    @Override
    public Integer call() throws Exception {
        Path folder = home.toAbsolutePath().normalize();
        return new WeakRun(folder, WeakModes.require(mode), seed, correct, tries, System.out).run();
    }
}
