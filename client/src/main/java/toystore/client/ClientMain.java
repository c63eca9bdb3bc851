package toystore.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import toystore.client.StoreClient.Toy;
import toystore.client.cli.StoreParameter;
import toystore.common.cli.DurationConverter;
import toystore.common.cli.Interrupt;
import toystore.common.cli.ProbabilityConverter;
import toystore.common.cli.ProbabilityFlag;
import toystore.common.cli.Program;
import toystore.common.cli.Terminal;
import toystore.common.cli.Version;

/** The command line of the client. */
@Command(
        name = "client",
        description = "Simulates shoppers: they query random toys, buy some, and read every order back.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 every order was read back as acknowledged, 1 an order was not, 2 wrong arguments or"
                    + " no store,",
            "130 interrupted by Ctrl-C; the summary up to then is printed."
        })
public final class ClientMain implements Callable<Integer> {
    /** The exit code of the JVM after SIGINT. */
    private static final int INTERRUPTED = 130;

    /** For the summary, whose reader may have stopped reading. */
    private static final Duration PRINT_TIME = Duration.ofSeconds(3);

    @Mixin
    private StoreParameter store;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "clients",
            defaultValue = "5",
            description = "Concurrent shoppers, each with a connection (now ${DEFAULT-VALUE}).")
    private int clients;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "probability",
            converter = ProbabilityConverter.class,
            description = "The same as --probability.")
    private Double probability;

    @Mixin
    private ProbabilityFlag probabilityFlag;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_ITERATIONS:-100}",
            description = "Iterations of each shopper: a query, and perhaps an order (TOYSTORE_ITERATIONS; now"
                    + " ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_WARMUP:-1s}",
            description = "How long shoppers first send queries that are not counted: programs are slow at first"
                    + " (TOYSTORE_WARMUP; now ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(
            names = "--think-time",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_THINK_TIME:-0s}",
            description = "Average pause of a shopper between two iterations, exponentially distributed; not part of"
                    + " any latency (TOYSTORE_THINK_TIME; now ${DEFAULT-VALUE}).")
    private Duration thinkTime;

    @Option(
            names = "--keys",
            arity = "0..1",
            paramLabel = "true|false",
            fallbackValue = "true",
            defaultValue = "${env:TOYSTORE_CLIENT_KEYS:-false}",
            description = "Give every order an idempotency key, and send it until there is a response, at most 5 times"
                    + " (TOYSTORE_CLIENT_KEYS; now ${DEFAULT-VALUE}).")
    private boolean keys;

    @Option(names = "--json", description = "Print one JSON object instead of tables.")
    private boolean json;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_SEED:-0}",
            description = "Seed of all random choices; 0 chooses a new one (TOYSTORE_SEED; now ${DEFAULT-VALUE}).")
    private long seed;

    public static void main(String[] args) {
        Program.main(new ClientMain(), args);
    }

    @Override
    public Integer call() throws IOException {
        ClientConfig config = new ClientConfig(
                store.origin(),
                clients,
                probabilityFlag.or(probability),
                iterations,
                warmUp,
                thinkTime,
                keys,
                seed == 0 ? System.nanoTime() & 0xffffff : seed);
        List<Toy> toys;
        try (StoreClient browser = new StoreClient(config.store())) {
            toys = browser.toys();
            browser.sessionThreads().ifPresent(threads -> warnIfFewerThan(clients, threads));
        } catch (IOException e) {
            System.err.println("client: " + e.getMessage());
            return Program.USAGE;
        }
        if (toys.isEmpty()) {
            System.err.println("client: the store at " + config.store() + " has no toys");
            return Program.USAGE;
        }
        try (Interrupt interrupt = Interrupt.bySignal("client", Shopping.GRACE.plus(PRINT_TIME))) {
            Summary summary = shop(config, toys, interrupt);
            print(summary);
            if (summary.cutShort()) {
                return INTERRUPTED;
            }
            return summary.allOrdersMatch() ? Program.OK : Program.FAILED;
        }
    }

    private static void warnIfFewerThan(int clients, int threads) {
        if (threads < clients) {
            System.err.println("client: " + clients + " shoppers, but the store serves " + threads
                    + " connections at once (--session-threads): it closes idle ones to let others in, so requests take"
                    + " longer, and some may fail");
        }
    }

    private Summary shop(ClientConfig config, List<Toy> toys, Interrupt interrupt) {
        boolean onTerminal = !json && Terminal.isThere(); // then stdout is a terminal
        ShoppingProgress progress =
                onTerminal ? ShoppingProgress.forTerminal(config.rounds()) : ShoppingProgress.forLog(config.rounds());
        ShoppingProgress.Display display = onTerminal ? progress.drawOn(System.out) : progress.logTo(System.err);
        try {
            return new Shopping(config, toys, Resender.Limits.DEFAULT, progress, interrupt, Shopping.GRACE).run();
        } finally {
            display.close();
        }
    }

    private void print(Summary summary) {
        if (json) {
            System.out.println(SummaryJson.of(summary));
        } else {
            summary.print(System.out);
        }
        System.out.flush();
    }
}
