package toystore.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import toystore.common.cli.PortConverter;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.lab.room.ControlRoom;
import toystore.lab.room.ControlRoom.LabSettings;
import toystore.lab.room.Modes;
import toystore.lab.weak.WeakModes;
import toystore.lab.weak.WeakRun;

/** The command line of {@code lab}. */
@Command(
        name = "lab",
        description = {
            "Opens a store of its own with shoppers, and a page that shows it while you kill, freeze and start its"
                    + " services.",
            "With MODE, takes a rule away from the store, and shows what then breaks."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 done, or a mode shows what is expected, 1 failed, or not shown within the tries, 2 wrong"
                    + " arguments, 3 a mode with --correct breaks a promise."
        })
final class LabCommand implements Callable<Integer>, Modes {
    @Parameters(
            index = "0",
            arity = "0..1",
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

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            converter = PortConverter.class,
            description = "Port of the page; 0 takes any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "6",
            description = "Concurrent shoppers; together they place at most 200 orders a second (default:"
                    + " ${DEFAULT-VALUE}).")
    private int shoppers;

    @Option(
            names = "--tls",
            description = "The store serves HTTPS, and its services prove their roles to each other, with certificates"
                    + " of its own.")
    private boolean tls;

    @Option(names = "--open", paramLabel = "FILE", description = "Show a recording, which the page has saved.")
    private Path recording;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "With --open: write the page with the recording into one HTML file, and end.")
    private Path report;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        requireFlagsThatFit();
        if (mode != null) {
            return run(mode, seed, correct, System.out);
        }
        if (report != null) {
            ControlRoom.report(recording, report, System.out);
        } else if (recording != null) {
            ControlRoom.open(recording, port, System.out);
        } else {
            ControlRoom.lab(new LabSettings(folder(), port, shoppers, tls, seed, this), System.out);
        }
        return Program.OK;
    }

    private void requireFlagsThatFit() {
        if (recording == null && report != null) {
            throw new IllegalArgumentException("--report needs a recording; expected --open FILE, too");
        }
        if (mode != null && recording != null) {
            throw new IllegalArgumentException("--open shows a recording; expected no mode, but found " + mode);
        }
        if (mode != null) {
            refuse("a mode has no page", "--port", "--shoppers");
            refuse("the store of a mode is plain", "--tls");
        } else {
            refuse("only a mode has it", "--correct", "--tries");
        }
        if (recording != null) {
            refuse("a recording has no shoppers", "--shoppers", "--seed");
            refuse("a recording has no store", "--tls");
        }
    }

    private void refuse(String why, String... flags) {
        for (String flag : flags) {
            if (spec.commandLine().getParseResult().hasMatchedOption(flag)) {
                throw new IllegalArgumentException(flag + " has no effect here: " + why);
            }
        }
    }

    private Path folder() {
        return home.toAbsolutePath().normalize();
    }

    @Override
    public List<ModeName> all() {
        return WeakModes.all().stream()
                .map(each -> new ModeName(each.name(), each.rule().statement()))
                .toList();
    }

    @Override
    public int run(String name, long modeSeed, boolean withRule, PrintStream out)
            throws IOException, InterruptedException {
        return new WeakRun(folder(), WeakModes.require(name), modeSeed, withRule, tries, out).run();
    }
}
