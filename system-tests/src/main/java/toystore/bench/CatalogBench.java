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
import toystore.common.cli.Program;
import toystore.process.ServiceProcess;
import toystore.process.TemporaryFolder;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/**
 * Measures the catalog with very many products: start-up, orders with and without checkpoints, and restocks.
 *
 * <p>It sends the messages of the orders service: reserve and apply. The catalog runs with ZGC, because pauses of G1
 * with so many objects hide the effect of a checkpoint.
 */
@Command(
        name = "catalog",
        description = "Measures start-up, orders during checkpoints, and restocks with very many products.",
        mixinStandardHelpOptions = true)
final class CatalogBench implements Callable<Integer> {
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration RUN = Duration.ofSeconds(10);
    private static final int RESTOCKS = 3000;
    private static final int RESTOCK_WARM_UP = 1000;
    private static final int ORDERS_PER_APPLY = 10;

    @ParentCommand
    private BenchMain bench;

    @Option(
            names = "--products",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Products in the catalog (default: ${DEFAULT-VALUE}).")
    private int products;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Turns (default: ${DEFAULT-VALUE}).")
    private int rounds;

    private long orders; // applied so far

    @Override
    public Integer call() throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create(null, "toystore-bench")) {
            writeToys(folder.path());
            for (int i = 0; i < 3; i++) {
                try (ServiceProcess service = start(folder.path(), "1h")) {
                    System.out.printf(
                            Locale.ROOT,
                            "%s with %,d products in %.2f s, at most %d MiB resident%n",
                            i == 0 ? "made and started" : "started",
                            products,
                            service.startTime().toMillis() / 1e3,
                            service.peakMemory());
                    service.terminate(); // writes a checkpoint
                }
            }
            for (int round = 0; round < rounds; round++) {
                order(folder.path(), "1h", "no checkpoints");
                order(folder.path(), "1ms", "checkpoint after checkpoint");
            }
            restock(folder.path());
        }
        return Program.OK;
    }

    private ServiceProcess start(Path folder, String checkpointEvery) throws IOException {
        return bench.start(
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

    private void order(Path folder, String checkpointEvery, String label) throws Exception {
        try (ServiceProcess service = start(folder, checkpointEvery);
                MessageClient client = new MessageClient(new MessageClient.Options("catalog", service.address(), 2))) {
            String epoch = openEpoch(client);
            orderFor(client, epoch, WARM_UP);
            Histogram latencies = orderFor(client, epoch, RUN);
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %,d orders; ms: median %.3f, p99 %.3f, p99.9 %.3f, max %.1f%n",
                    label + ":",
                    latencies.getTotalCount(),
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    latencies.getValueAtPercentile(99.9) / 1e6,
                    latencies.getMaxValue() / 1e6);
            service.terminate();
        }
    }

    /** Orders one unit after the other. Only the reservation is timed, because no shopper waits for the rest. */
    private Histogram orderFor(MessageClient client, String epoch, Duration time)
            throws RefusedException, UnavailableException {
        SplittableRandom random = new SplittableRandom(orders);
        Histogram latencies = new Histogram(3);
        List<CommittedOrder> toApply = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            String name = name(random.nextInt(products));
            String reservation = epoch + "-" + (orders + 1);
            long start = System.nanoTime();
            client.call(new CatalogRequest.Reserve(name, 1, epoch, reservation));
            latencies.recordValue(System.nanoTime() - start);
            orders++;
            toApply.add(new CommittedOrder(orders, name, 1, reservation, digest(orders)));
            if (toApply.size() == ORDERS_PER_APPLY) {
                client.call(new CatalogRequest.Apply(epoch, toApply));
                toApply.clear();
            }
        }
        client.call(new CatalogRequest.Apply(epoch, toApply));
        return latencies;
    }

    private void restock(Path folder) throws Exception {
        try (ServiceProcess service = start(folder, "1h");
                MessageClient client = new MessageClient(new MessageClient.Options("catalog", service.address(), 1))) {
            Histogram latencies = new Histogram(3);
            for (int i = 0; i < RESTOCKS; i++) {
                long start = System.nanoTime();
                client.call(new CatalogRequest.Put(name(i), new BigDecimal("16.99"), 5));
                if (i >= RESTOCK_WARM_UP) {
                    latencies.recordValue(System.nanoTime() - start);
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "restock: median %.3f ms, p99 %.3f ms%n",
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6);
        }
    }

    private String openEpoch(MessageClient client) throws RefusedException, UnavailableException {
        String epoch = client.call(new CatalogRequest.Open("bench", orders, orders, digest(orders)))
                .epoch();
        client.call(new CatalogRequest.Activate(epoch, orders));
        return epoch;
    }

    /** Stands for the digest of the order log, which does not exist. */
    private static String digest(long orders) {
        return "up-to-" + orders;
    }

    private static String name(int i) {
        return "Toy " + i;
    }
}
