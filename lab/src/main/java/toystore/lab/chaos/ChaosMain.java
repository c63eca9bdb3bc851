package toystore.lab.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toystore.common.cli.Program;
import toystore.common.cli.Switch;
import toystore.common.cli.Version;

/** The command line of {@code chaos}. */
@Command(
        name = "chaos",
        description = "Starts a store of its own, places orders in it while its services are killed, frozen and started"
                + " again, and then checks that it has kept its promises. With --db local, the nodes of its database and"
                + " the network fail, too.",
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

    @Option(
            names = "--db",
            paramLabel = "local",
            description = "Put the store into a PostgreSQL of its own on this machine, whose nodes fail, too.")
    private String db;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "Nodes of the database: 3, of which any one may fail (the default), or 1. With --db.")
    private Integer nodes;

    @Option(
            names = "--cells",
            paramLabel = "N",
            description = "Frontends, each with a catalog and an orders service of its own, on the same database:"
                    + " 1 to 9 (default: 2). With --db.")
    private Integer cells;

    @Option(
            names = "--network",
            paramLabel = "on|off",
            defaultValue = "on",
            converter = Switch.Flag.class,
            description = "With --db: also break the network, in a network namespace of this run, if this user may make"
                    + " one (default: ${DEFAULT-VALUE}).")
    private Switch network;

    @Option(names = NamespaceRun.FLAG, hidden = true)
    private Long seedInNamespace; // not null: another process started this one, and has chosen the seed

    @Option(names = "--keep", description = "Keep the store's folder, even without violations.")
    private boolean keep;

    @Option(names = "--plan", description = "Only print the faults that would be injected, at the most.")
    private boolean plan;

    @Override
    public Integer call() throws Exception {
        boolean inNamespace = seedInNamespace != null;
        if (inNamespace) {
            FaultyNetwork.requireNamespace();
            NamespaceRun.endWithParent();
        }
        long chosen = inNamespace ? seedInNamespace : seed == 0 ? System.nanoTime() & 0xffffff : seed;
        ChaosConfig config = new ChaosConfig(
                home.toAbsolutePath().normalize(),
                Duration.ofMillis(Math.round(minutes * 60_000)),
                chosen,
                shoppers,
                tls,
                keep,
                parts(inNamespace));
        if (config.hasDatabase() && network == Switch.ON && !inNamespace) {
            Optional<String> obstacle = FaultyNetwork.obstacle();
            if (obstacle.isEmpty()) {
                return NamespaceRun.run(chosen);
            }
            System.out.println("without faults of the network: " + obstacle.get());
        }
        if (plan) {
            printPlan(config);
            return Program.OK;
        }
        if (inNamespace && !config.parts().netem()) {
            System.out.println("without delay and loss: this kernel has no netem");
        }
        return new Chaos(config, System.out).run() ? Program.OK : Program.FAILED;
    }

    private ChaosPlan.Parts parts(boolean inNamespace) {
        if (db == null) {
            if (nodes != null || cells != null) {
                throw new IllegalArgumentException((nodes == null ? "--cells" : "--nodes")
                        + " is given, but a store on files has one cell; expected" + " --db local with it");
            }
            return new ChaosPlan.Parts(1, 0, false, false);
        }
        if (!db.equals("local")) {
            throw new IllegalArgumentException("--db is not local; chaos breaks only a database of its own");
        }
        int nodeCount = nodes == null ? 3 : nodes;
        if (nodeCount != 1 && nodeCount != 3) {
            throw new IllegalArgumentException("--nodes is " + nodeCount + "; expected 1 or 3");
        }
        return new ChaosPlan.Parts(
                cells == null ? 2 : cells, nodeCount, inNamespace, inNamespace && FaultyNetwork.hasNetem());
    }

    private static void printPlan(ChaosConfig config) {
        ChaosPlan plan = new ChaosPlan(config.seed(), config.parts());
        System.out.println("seed " + config.seed());
        long faults = Math.max(FaultPlan.DECK, config.length().toMillis() * FAULTS_A_MINUTE / 60_000);
        for (long i = 1; i <= faults; i++) {
            Fault fault = plan.get();
            System.out.printf(
                    Locale.ROOT, "%4d  after %3d ms  %s%n", i, fault.before().toMillis(), fault);
        }
    }
}
