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
import toystore.common.Address;
import toystore.common.cli.DurationConverter;
import toystore.common.cli.ProbabilityConverter;
import toystore.common.cli.ProbabilityFlag;
import toystore.common.cli.Program;
import toystore.common.cli.StoreParameter;
import toystore.common.cli.Terminal;
import toystore.common.cli.Version;

/** The command line of the client. */
@Command(
        name = "client",
        description = "Shops in a store: looks at random toys, buys some, and checks that every order is remembered.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 every order was read back as it was acknowledged, 1 one was not, 2 wrong arguments or no store,",
            "130 ended by Ctrl-C; the summary of what there was is printed."
        })
public final class ClientMain implements Callable<Integer> {
    /** What the JVM exits with by itself after SIGINT. */
    private static final int CUT_SHORT = 130;

    @Mixin
    private StoreParameter store;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "clients",
            defaultValue = "5",
            description = "Shoppers at once, each with a connection (now ${DEFAULT-VALUE}).")
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
            description = "Of each shopper: a query and perhaps an order (TOYSTORE_ITERATIONS; now ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_WARMUP:-1s}",
            description =
                    "Queries before that, uncounted: programs are slow at first (TOYSTORE_WARMUP; now ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(
            names = "--think-time",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_THINK_TIME:-0s}",
            description =
                    "Of each shopper between two iterations, on average, now short, now long; not in any latency (TOYSTORE_THINK_TIME; now ${DEFAULT-VALUE}).")
    private Duration thinkTime;

    @Option(
            names = "--keys",
            arity = "0..1",
            paramLabel = "true|false",
            fallbackValue = "true",
            defaultValue = "${env:TOYSTORE_CLIENT_KEYS:-false}",
            description =
                    "Give every order an idempotency key, and send it until it is answered, at most 5 times (TOYSTORE_CLIENT_KEYS; now ${DEFAULT-VALUE}).")
    private boolean keys;

    @Option(names = "--json", description = "Print one JSON object instead of tables.")
    private boolean json;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_SEED:-0}",
            description = "Of all random choices; 0 takes a new one (TOYSTORE_SEED; now ${DEFAULT-VALUE}).")
    private long seed;

    public static void main(String[] args) {
        Program.main(new ClientMain(), args);
    }

    @Override
    public Integer call() throws IOException {
        long chosen = seed == 0 ? System.nanoTime() & 0xffffff : seed;
        Address address = store.address();
        ClientConfig config = new ClientConfig(
                address, clients, probabilityFlag.or(probability), iterations, warmUp, thinkTime, keys, chosen);
        List<Toy> toys;
        try (StoreClient browser = new StoreClient(address, new Latencies())) {
            toys = browser.toys();
            browser.sessionThreads().ifPresent(threads -> warnIfFewerThan(clients, threads));
        } catch (IOException e) {
            System.err.println("client: " + e.getMessage());
            return Program.USAGE;
        }
        if (toys.isEmpty()) {
            System.err.println("client: the store at " + address + " has no toys");
            return Program.USAGE;
        }
        try (Interrupt cutShort = Interrupt.bySignal()) {
            Summary summary = shop(config, toys, cutShort);
            print(summary);
            if (summary.cutShort()) {
                return CUT_SHORT;
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

    private Summary shop(ClientConfig config, List<Toy> toys, Interrupt cutShort) {
        boolean drawn = !json && Terminal.isThere(); // on stdout, which is known to be one
        long rounds = (long) config.clients() * config.iterations();
        LiveTotals tally = new LiveTotals(rounds, drawn ? TerminalProgress.WINDOW : ProgressLines.WINDOW);
        ProgressView live = drawn
                ? new TerminalProgress(tally, System.out)
                : new ProgressLines(tally, System.err, ProgressLines.USUAL);
        try {
            return new Shopping(config, toys, Resender.Limits.USUAL, tally, cutShort).run();
        } finally {
            live.close();
        }
    }

    private void print(Summary summary) {
        if (json) {
            System.out.println(SummaryJson.of(summary));
        } else {
            new SummaryText(summary, System.out).print();
        }
        System.out.flush();
    }
}
