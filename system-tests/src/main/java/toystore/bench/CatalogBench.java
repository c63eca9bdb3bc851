package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/**
 * How the catalog does with very many products: its start, buys while it writes checkpoints one after the other beside
 * buys while it writes none, and restocks. It is asked as orders asks it: reserve, and tell of what is sold. The service
 * runs with ZGC, because the pauses of G1 with so many objects hide what a checkpoint does.
 */
@Command(
        name = "catalog",
        description = "Start-up, buys during checkpoints, and restocks with very many products.",
        mixinStandardHelpOptions = true)
final class CatalogBench implements Callable<Integer> {
    private static final Duration RUN = Duration.ofSeconds(10);

    @ParentCommand
    private BenchMain bench;

    @Option(
            names = "--products",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "In the catalog (${DEFAULT-VALUE}).")
    private int products;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "Turns (${DEFAULT-VALUE}).")
    private int rounds;

    private long sold; // orders told so far

    @Override
    public Integer call() throws IOException, RefusedException, UnavailableException {
        try (TemporaryFolder folder = new TemporaryFolder()) {
            writeToys(folder.path());
            for (int i = 0; i < 3; i++) {
                try (RunningService service = start(folder.path(), "1h")) {
                    System.out.printf(
                            Locale.ROOT,
                            "%s with %,d products in %.2f s, at most %d MiB resident%n",
                            i == 0 ? "made and started" : "started",
                            products,
                            service.startUp().toMillis() / 1e3,
                            service.peakMemory());
                }
            }
            for (int round = 0; round < rounds; round++) {
                buy(folder.path(), "1h", "no checkpoints");
                buy(folder.path(), "1ms", "checkpoint after checkpoint");
            }
            restock(folder.path());
        }
        return 0;
    }

    private RunningService start(Path folder, String checkpointEvery) throws IOException {
        return RunningService.start(
                bench.home(),
                "catalog",
                List.of("-Xmx2g", "-XX:+UseZGC"),
                folder,
                "--data",
                folder.toString(),
                "--checkpoint-every",
                checkpointEvery,
                "--checkpoint-orders",
                "100000000");
    }

    private void writeToys(Path folder) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("toys.json"), UTF_8)) {
            out.write("{\"products\":[");
            for (int i = 0; i < products; i++) {
                out.write((i == 0 ? "" : ",") + "\n{\"name\":\"" + name(i) + "\",\"price\":15.99,\"quantity\":1000}");
            }
            out.write("\n]}\n");
        }
    }

    private void buy(Path folder, String checkpointEvery, String what)
            throws IOException, RefusedException, UnavailableException {
        try (RunningService service = start(folder, checkpointEvery);
                MessageClient client = new MessageClient(new MessageClient.Options("catalog", service.address(), 2))) {
            String epoch = openEpoch(client);
            buyFor(client, epoch, Duration.ofSeconds(4)); // a warm-up
            Histogram latencies = buyFor(client, epoch, RUN);
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %,d buys; ms: median %.3f, p99 %.3f, p99.9 %.3f, max %.1f%n",
                    what + ":",
                    latencies.getTotalCount(),
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    latencies.getValueAtPercentile(99.9) / 1e6,
                    latencies.getMaxValue() / 1e6);
        }
    }

    /** Buys one unit after the other; only the reservation is timed, because nobody waits for the rest. */
    private Histogram buyFor(MessageClient client, String epoch, Duration time)
            throws RefusedException, UnavailableException {
        SplittableRandom random = new SplittableRandom(sold);
        Histogram latencies = new Histogram(3);
        List<CommittedOrder> untold = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            String name = name(random.nextInt(products));
            String reservation = epoch + "-" + (sold + 1);
            long start = System.nanoTime();
            client.call(new CatalogRequest.Reserve(name, 1, epoch, reservation));
            latencies.recordValue(System.nanoTime() - start);
            untold.add(new CommittedOrder(++sold, name, 1, reservation, digest(sold)));
            if (untold.size() == 10) {
                client.call(new CatalogRequest.Apply(epoch, untold));
                untold.clear();
            }
        }
        client.call(new CatalogRequest.Apply(epoch, untold));
        return latencies;
    }

    private void restock(Path folder) throws IOException, RefusedException, UnavailableException {
        try (RunningService service = start(folder, "1h");
                MessageClient client = new MessageClient(new MessageClient.Options("catalog", service.address(), 1))) {
            Histogram latencies = new Histogram(3);
            for (int i = 0; i < 3000; i++) {
                long start = System.nanoTime();
                client.call(new CatalogRequest.Put(name(i), new BigDecimal("16.99"), 5));
                if (i >= 1000) {
                    latencies.recordValue(System.nanoTime() - start);
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "restock: median %.3f ms, p99 %.3f ms; %d bytes of changes for 3000 of them%n",
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    Files.size(folder.resolve("catalog-changes-00000000000000000001.log")));
        }
    }

    private String openEpoch(MessageClient client) throws RefusedException, UnavailableException {
        String epoch = client.call(new CatalogRequest.Open("bench", sold, sold, digest(sold)))
                .epoch();
        client.call(new CatalogRequest.Activate(epoch, sold));
        return epoch;
    }

    /** In place of the digest of a log that there is not. */
    private static String digest(long sold) {
        return "up-to-" + sold;
    }

    private static String name(int i) {
        return "Toy " + i;
    }
}
