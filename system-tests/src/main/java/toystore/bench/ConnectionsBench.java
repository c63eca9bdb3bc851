package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.common.cli.Program;

/**
 * Very many clients that keep their connections and ask now and then. What HTTP allows is no error: a server may close a
 * connection at rest, also at the moment when a request is on its way, which is sent again then, on another one, once.
 */
@Command(
        name = "connections",
        description = "Very many open connections, with requests among them now and then.",
        mixinStandardHelpOptions = true)
final class ConnectionsBench implements Callable<Integer> {
    private static final int WORKERS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @ParentCommand
    private BenchMain bench;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Open at once (${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "1000", description = "Requests/s (${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--for", paramLabel = "N", defaultValue = "30", description = "Seconds (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--session-threads",
            paramLabel = "N",
            defaultValue = "10",
            description = "Of the frontend; virtual on a JVM from 21 on (${DEFAULT-VALUE}).")
    private String sessionThreads;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "64m",
            description = "The frontend's, at most (${DEFAULT-VALUE}).")
    private String heap;

    private final BlockingQueue<HttpConnection> atRest = new LinkedBlockingQueue<>();
    private final LongAdder answered = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Histogram latencies = new ConcurrentHistogram(3);

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TemporaryFolder folder = new TemporaryFolder();
                RunningService catalog = RunningService.start(
                        bench.home(),
                        "catalog",
                        List.of("-Xmx64m"),
                        folder.path(),
                        "--data",
                        folder.path().toString());
                RunningService frontend = frontend(folder.path(), catalog.address())) {
            Address store = frontend.address();
            long start = System.nanoTime();
            open(store);
            System.out.printf(
                    Locale.ROOT,
                    "%,d connections opened, each with a request, in %.1f s; %s%n",
                    connections,
                    (System.nanoTime() - start) / 1e9,
                    told());
            ask();
            System.out.printf(
                    Locale.ROOT,
                    "%d requests/s among them for %d s: %s; ms: median %.2f, p99 %.2f, max %.1f%n",
                    rate,
                    seconds,
                    told(),
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    latencies.getMaxValue() / 1e6);
            System.out.printf(
                    Locale.ROOT, "the frontend: at most %d MiB resident; %s%n", frontend.peakMemory(), sessions(store));
            for (HttpConnection connection : atRest) {
                connection.close();
            }
        }
        return failures.isEmpty() ? Program.OK : Program.FAILED;
    }

    private RunningService frontend(Path folder, Address catalog) throws IOException {
        return RunningService.start(
                bench.home(),
                "frontend",
                List.of("-Xmx" + heap, "-XX:+UseSerialGC"),
                folder,
                "--catalog",
                catalog.toString(),
                "--session-threads",
                sessionThreads);
    }

    private void open(Address store) throws InterruptedException {
        AtomicLong left = new AtomicLong(connections);
        inParallel(() -> {
            while (left.getAndDecrement() > 0) {
                // no look whether the server has closed it meanwhile: that costs a millisecond
                HttpConnection connection =
                        new HttpConnection(store, new Timeouts(PATIENCE, PATIENCE), Duration.ofDays(1), () -> {});
                query(connection);
                atRest.add(connection);
            }
        });
    }

    /** At a constant rate; latencies are from when a request was due. */
    private void ask() throws InterruptedException {
        List<HttpConnection> shuffled = new ArrayList<>();
        atRest.drainTo(shuffled);
        Collections.shuffle(shuffled, new Random(1));
        atRest.addAll(shuffled);
        long pause = 1_000_000_000L / rate;
        AtomicLong due = new AtomicLong(System.nanoTime() + pause);
        long end = due.get() + Duration.ofSeconds(seconds).toNanos();
        answered.reset();
        inParallel(() -> {
            for (long mine = due.getAndAdd(pause); mine < end; mine = due.getAndAdd(pause)) {
                for (long wait = mine - System.nanoTime(); wait > 0; wait = mine - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                HttpConnection connection = atRest.take();
                query(connection);
                latencies.recordValue(System.nanoTime() - mine);
                atRest.add(connection);
            }
        });
    }

    private void query(HttpConnection connection) {
        try {
            int status = connection.get("/products/Tux").status();
            if (status == 200) {
                answered.increment();
            } else {
                failed("status " + status);
            }
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        }
    }

    private void failed(String why) {
        failures.computeIfAbsent(why, first -> new LongAdder()).increment();
    }

    private String told() {
        return String.format(
                Locale.ROOT, "%,d answered, failed: %s", answered.sum(), failures.isEmpty() ? 0 : failures);
    }

    /** What the frontend counts of sessions. */
    private static String sessions(Address store) throws IOException {
        try (HttpConnection asking = new HttpConnection(store)) {
            String metrics = new String(asking.get("/metrics").body(), UTF_8);
            return String.join(
                    ", ",
                    metrics.lines()
                            .filter(line -> line.startsWith("toystore_http_sessions"))
                            .toList());
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static void inParallel(Work work) throws InterruptedException {
        List<Thread> workers = IntStream.rangeClosed(1, WORKERS)
                .mapToObj(i -> Threads.named("worker-" + i, () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        workers.forEach(Thread::start);
        for (Thread worker : workers) {
            worker.join();
        }
    }
}
