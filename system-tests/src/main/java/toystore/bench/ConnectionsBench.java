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
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.common.cli.Program;
import toystore.process.ServiceProcess;
import toystore.process.TemporaryFolder;

/**
 * Measures a frontend with very many clients that keep their connections and send a request from time to time.
 *
 * <p>A server may close an idle connection at any time, even while a request is under way (RFC 9112 §9.5). That is
 * not a failure: the request is sent again once, on a new connection.
 */
@Command(
        name = "connections",
        description = "Measures a frontend with very many open connections and few requests.",
        mixinStandardHelpOptions = true)
final class ConnectionsBench implements Callable<Integer> {
    private static final int WORKERS = 32;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @ParentCommand
    private BenchMain bench;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Open connections (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Requests per second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--for",
            paramLabel = "N",
            defaultValue = "30",
            description = "Seconds of requests (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--session-threads",
            paramLabel = "N",
            defaultValue = "10",
            description = "Session threads of the frontend; virtual needs JVM 21 or newer (default: ${DEFAULT-VALUE}).")
    private String sessionThreads;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "64m",
            description = "Maximum heap of the frontend (default: ${DEFAULT-VALUE}).")
    private String heap;

    private final BlockingQueue<HttpConnection> idle = new LinkedBlockingQueue<>();
    private final LongAdder answered = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Histogram latencies = new ConcurrentHistogram(3);

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TemporaryFolder folder = TemporaryFolder.create(null, "toystore-bench");
                ServiceProcess catalog = bench.start(
                        "catalog",
                        List.of("-Xmx64m"),
                        folder.path(),
                        "--data",
                        folder.path().toString());
                ServiceProcess frontend = frontend(folder.path(), catalog.address())) {
            Address store = frontend.address();
            long start = System.nanoTime();
            open(store);
            System.out.printf(
                    Locale.ROOT,
                    "%,d connections opened, each with a request, in %.1f s; %s%n",
                    connections,
                    (System.nanoTime() - start) / 1e9,
                    counts());
            query();
            System.out.printf(
                    Locale.ROOT,
                    "%d requests/s among them for %d s: %s; ms: median %.2f, p99 %.2f, max %.1f%n",
                    rate,
                    seconds,
                    counts(),
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    latencies.getMaxValue() / 1e6);
            System.out.printf(
                    Locale.ROOT, "the frontend: at most %d MiB resident; %s%n", frontend.peakMemory(), sessions(store));
            for (HttpConnection connection : idle) {
                connection.close();
            }
        }
        return failures.isEmpty() ? Program.OK : Program.FAILED;
    }

    private ServiceProcess frontend(Path folder, Address catalog) throws IOException {
        return bench.start(
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
                // does not check whether the server has closed it: that takes a millisecond
                HttpConnection connection = new HttpConnection(
                        Origin.http(store), new Timeouts(TIMEOUT, TIMEOUT), Duration.ofDays(1), () -> {});
                query(connection);
                idle.add(connection);
            }
        });
    }

    /** Sends queries at a constant rate; latencies count from when a request was due. */
    private void query() throws InterruptedException {
        List<HttpConnection> shuffled = new ArrayList<>();
        idle.drainTo(shuffled);
        Collections.shuffle(shuffled, new Random(1));
        idle.addAll(shuffled);
        long pause = 1_000_000_000L / rate;
        AtomicLong due = new AtomicLong(System.nanoTime() + pause);
        long end = due.get() + Duration.ofSeconds(seconds).toNanos();
        answered.reset();
        inParallel(() -> {
            for (long mine = due.getAndAdd(pause); mine < end; mine = due.getAndAdd(pause)) {
                for (long wait = mine - System.nanoTime(); wait > 0; wait = mine - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                HttpConnection connection = idle.take();
                query(connection);
                latencies.recordValue(System.nanoTime() - mine);
                idle.add(connection);
            }
        });
    }

    private void query(HttpConnection connection) {
        try {
            int status = connection.get("/products/Tux").status();
            if (status == 200) {
                answered.increment();
            } else {
                countFailure("status " + status);
            }
        } catch (IOException e) {
            countFailure(String.valueOf(e.getMessage()));
        }
    }

    private void countFailure(String reason) {
        failures.computeIfAbsent(reason, first -> new LongAdder()).increment();
    }

    private String counts() {
        return String.format(
                Locale.ROOT, "%,d answered, failed: %s", answered.sum(), failures.isEmpty() ? 0 : failures);
    }

    /** Returns the frontend's metrics of sessions. */
    private static String sessions(Address store) throws IOException {
        try (HttpConnection connection = new HttpConnection(Origin.http(store))) {
            String metrics = new String(connection.get("/metrics").body(), UTF_8);
            return String.join(
                    ", ",
                    metrics.lines()
                            .filter(line -> line.startsWith("toystore_http_sessions"))
                            .toList());
        }
    }

    private interface WorkerTask {
        void run() throws InterruptedException;
    }

    private static void inParallel(WorkerTask task) throws InterruptedException {
        List<Thread> workers = IntStream.rangeClosed(1, WORKERS)
                .mapToObj(i -> Threads.named("bench-client-" + i, () -> {
                    try {
                        task.run();
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
