package toystore.lab.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toystore.common.cli.Program;
import toystore.common.cli.Version;

/** The command line of {@code chaos}. */
@Command(
        name = "chaos",
        description = "Starts a store of its own, places orders in it while its services are killed, frozen and started"
                + " again, and then checks that it has kept its promises.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 no order was lost, doubled or oversold and the audit agrees, 1 otherwise, 2 wrong arguments."
        })
public final class ChaosMain implements Callable<Integer> {
    private static final int FAULTS_A_MINUTE = 40;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Project folder, with the services built (default: ${DEFAULT-VALUE}).")
    private Path home;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_CHAOS_MINUTES:-2}",
            description = "Minutes of faults, for example 0.5 (TOYSTORE_CHAOS_MINUTES; default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_SEED:-0}",
            description = "Seed of all random choices; 0 takes a new one (TOYSTORE_SEED; default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_CHAOS_SHOPPERS:-8}",
            description = "Concurrent shoppers (TOYSTORE_CHAOS_SHOPPERS; default: ${DEFAULT-VALUE}).")
    private int shoppers;

    @Option(
            names = "--tls",
            description = "The store serves HTTPS, and its services prove their roles to each other, with certificates"
                    + " of its own.")
    private boolean tls;

    @Option(names = "--keep", description = "Keep the store's folder, even without violations.")
    private boolean keep;

    @Option(names = "--plan", description = "Only print the faults that would be injected, at the most.")
    private boolean plan;

    @Override
    public Integer call() throws Exception {
        long chosen = seed == 0 ? System.nanoTime() & 0xffffff : seed;
        ChaosConfig config = new ChaosConfig(
                home.toAbsolutePath().normalize(),
                Duration.ofMillis(Math.round(minutes * 60_000)),
                chosen,
                shoppers,
                tls,
                keep);
        if (plan) {
            printPlan(config);
            return Program.OK;
        }
        return new Chaos(config, System.out).run() ? Program.OK : Program.FAILED;
    }

    private static void printPlan(ChaosConfig config) {
        Supplier<Fault> plan = ChaosStore.plan(config);
        System.out.println("seed " + config.seed());
        long faults = Math.max(FaultPlan.DECK, config.length().toMillis() * FAULTS_A_MINUTE / 60_000);
        for (long i = 1; i <= faults; i++) {
            Fault fault = plan.get();
            System.out.printf(
                    Locale.ROOT, "%4d  after %3d ms  %s%n", i, fault.before().toMillis(), fault);
        }
    }
}
