package toystore.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import toystore.client.StoreClient.Toy;
import toystore.wire.net.Address;
import toystore.wire.program.DurationFlag;
import toystore.wire.program.Probability;
import toystore.wire.program.Program;
import toystore.wire.program.StoreAddress;
import toystore.wire.program.Version;

/** The command line of the client. */
@Command(
        name = "client",
        description = "Shops in a store: looks at random toys, buys some, and checks that every order is remembered.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 every order was read back as it was acknowledged, 1 one was not, 2 wrong arguments or no store."
        })
public final class ClientMain implements Callable<Integer> {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "host[:port]",
            converter = StoreAddress.class,
            defaultValue = "${env:TOYSTORE_STORE:-127.0.0.1:8080}",
            description = "The store's frontend (TOYSTORE_STORE; now ${DEFAULT-VALUE}; the port is 8080 if left out).")
    private Address store;

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
            converter = Probability.class,
            defaultValue = "0.75",
            description = "Of buying a toy that was just looked at, 0 to 1 (now ${DEFAULT-VALUE}).")
    private double probability;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_ITERATIONS:-100}",
            description = "Of each shopper: a query and perhaps an order (TOYSTORE_ITERATIONS; now ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = DurationFlag.class,
            defaultValue = "${env:TOYSTORE_WARMUP:-1s}",
            description =
                    "Queries before that, uncounted: programs are slow at first (TOYSTORE_WARMUP; now ${DEFAULT-VALUE}).")
    private Duration warmUp;

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
    public Integer call() throws Exception {
        long chosen = seed == 0 ? System.nanoTime() & 0xffffff : seed;
        ClientConfig config = new ClientConfig(store, clients, probability, iterations, warmUp, chosen);
        List<Toy> toys;
        try (StoreClient browser = new StoreClient(store, new Latencies())) {
            toys = browser.toys();
        } catch (IOException e) {
            System.err.println("client: " + e.getMessage());
            return Program.USAGE;
        }
        if (toys.isEmpty()) {
            System.err.println("client: the store at " + store + " has no toys");
            return Program.USAGE;
        }
        SplittableRandom random = new SplittableRandom(chosen);
        List<Shopper> shoppers = Stream.generate(() -> new Shopper(config, toys, random.split()))
                .limit(clients)
                .toList();
        long start = System.nanoTime();
        shopAtOnce(shoppers);
        Summary summary = new Summary(config, shoppers);
        summary.print(System.out, Duration.ofNanos(System.nanoTime() - start));
        return summary.allOrdersMatch() ? Program.OK : Program.FAILED;
    }

    private static void shopAtOnce(List<Shopper> shoppers) throws InterruptedException {
        List<Thread> threads = shoppers.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
