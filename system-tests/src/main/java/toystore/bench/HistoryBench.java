package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import toystore.common.cli.Program;
import toystore.durable.AppendLog;
import toystore.process.ServiceProcess;
import toystore.process.TemporaryFolder;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.net.MessageClient;

/** Measures the orders service with a long order log: start-up, and look-ups of random orders. */
@Command(
        name = "history",
        description = "Measures start-up and look-ups with a long order log.",
        mixinStandardHelpOptions = true)
final class HistoryBench implements Callable<Integer> {
    private static final int IN_FLIGHT = 10_000;

    @ParentCommand
    private BenchMain bench;

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "10000000",
            description = "Orders in the log (default: ${DEFAULT-VALUE}).")
    private int orders;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "512m",
            description = "Maximum heap of the service (default: ${DEFAULT-VALUE}).")
    private String heap;

    private String lastKey;

    @Override
    public Integer call() throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create(null, "toystore-bench")) {
            long start = System.nanoTime();
            writeLog(folder.path());
            System.out.printf(Locale.ROOT, "%,d orders written in %.1f s%n", orders, secondsSince(start));
            for (int i = 0; i < 3; i++) {
                startAndCall(folder.path());
            }
            lookUp(folder.path());
        }
        return Program.OK;
    }

    private void writeLog(Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        Queue<CompletableFuture<Long>> inFlight = new ArrayDeque<>();
        try (AppendLog log = AppendLog.open(folder, "orders", failure -> {
            throw new IllegalStateException(failure);
        })) {
            for (int i = 0; i < orders; i++) {
                inFlight.add(log.submit(number -> order(number, random)));
                if (inFlight.size() == IN_FLIGHT) {
                    inFlight.remove().join();
                }
            }
            inFlight.forEach(CompletableFuture::join);
        }
    }

    private byte[] order(long number, SplittableRandom random) {
        String key = Long.toHexString(random.nextLong()) + "-" + Long.toHexString(random.nextLong());
        lastKey = key;
        return ("{\"order_number\":" + number + ",\"name\":\"Tux\",\"quantity\":5,\"price\":15.99,"
                        + "\"time\":\"2026-01-02T03:04:05.678Z\",\"key\":\"" + key
                        + "\",\"reservation\":\"0123456789abc-" + number + "\"}")
                .getBytes(UTF_8);
    }

    private void startAndCall(Path folder) throws Exception {
        long start = System.nanoTime();
        try (ServiceProcess service =
                        bench.start("orders", List.of("-Xmx" + heap), folder, "--data", folder.toString());
                MessageClient client = new MessageClient(new MessageClient.Options("orders", service.address(), 1))) {
            client.call(new OrdersRequest.Get(orders / 2));
            double found = secondsSince(start);
            PlaceReply again = client.call(new OrdersRequest.Place("Tux", 5, lastKey));
            if (again.orderNumber() != orders) {
                throw new IllegalStateException("the last order was found as " + again);
            }
            System.out.printf(
                    Locale.ROOT,
                    "started in %.2f s, an old order found after %.2f s, a key after %.2f s; at most %d MiB resident"
                            + " (heap at most %s)%n",
                    service.startTime().toMillis() / 1e3,
                    found,
                    secondsSince(start),
                    service.peakMemory(),
                    heap);
            service.terminate();
        }
    }

    private void lookUp(Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        long start = System.nanoTime();
        try (AppendLog log = AppendLog.open(folder, "orders", failure -> {
            throw new IllegalStateException(failure);
        })) {
            System.out.printf(Locale.ROOT, "log opened in %.2f s%n", secondsSince(start));
            for (int round = 0; round < 4; round++) {
                long found = 0;
                start = System.nanoTime();
                while (System.nanoTime() - start < Duration.ofSeconds(3).toNanos()) {
                    long number = 1 + random.nextLong(orders);
                    if (!new String(log.read(number), UTF_8).startsWith("{\"order_number\":" + number + ",")) {
                        throw new IllegalStateException("order " + number + " was not found");
                    }
                    found++;
                }
                System.out.printf(Locale.ROOT, "random look-ups by one thread: %,.0f/s%n", found / secondsSince(start));
            }
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
