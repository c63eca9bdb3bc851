package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.durable.AppendLog;

/**
 * Acknowledged appends a second: the log, with its group commit, beside a file to which every caller writes and forces
 * its own record under a lock. In turns, so that what the machine does beside it strikes both.
 */
@Command(
        name = "log",
        description = "Group commit beside one force per append, in turns.",
        mixinStandardHelpOptions = true)
final class LogBench implements Callable<Integer> {
    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7", description = "Turns (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "2s",
            description = "Of each run (${DEFAULT-VALUE}).")
    private Duration duration;

    /** Adds a record; returns when it is on disk. */
    private interface Appender extends Closeable {
        void append(LongFunction<byte[]> record) throws IOException;
    }

    private interface Opening {
        Appender open(Path folder) throws IOException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int[] callers = {1, 10, 64};
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) { // the first is a warm-up
            for (int writers : callers) {
                double one = rate(ForcedFile::open, writers);
                double group = rate(LogBench::groupCommit, writers);
                if (round > 0) {
                    rates.computeIfAbsent("one force per append " + writers, key -> new ArrayList<>())
                            .add(one);
                    rates.computeIfAbsent("log " + writers, key -> new ArrayList<>())
                            .add(group);
                    rates.computeIfAbsent("ratio " + writers, key -> new ArrayList<>())
                            .add(group / one);
                }
            }
        }
        System.out.printf(
                Locale.ROOT, "acknowledged appends/s, medians of %d runs of %d s%n", rounds, duration.toSeconds());
        System.out.printf(
                Locale.ROOT, "%8s %22s %12s %20s%n", "callers", "one force per append", "log", "ratio (lowest)");
        for (int writers : callers) {
            List<Double> ratios = rates.get("ratio " + writers);
            System.out.printf(
                    Locale.ROOT,
                    "%8d %22.0f %12.0f %12.2f (%.2f)%n",
                    writers,
                    Median.of(rates.get("one force per append " + writers)),
                    Median.of(rates.get("log " + writers)),
                    Median.of(ratios),
                    ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
        }
        return 0;
    }

    private double rate(Opening opening, int writers) throws IOException, InterruptedException {
        try (TemporaryFolder folder = new TemporaryFolder();
                Appender appender = opening.open(folder.path())) {
            LongAdder acknowledged = new LongAdder();
            CountDownLatch begin = new CountDownLatch(1);
            long[] end = new long[1];
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                threads.add(new Thread(() -> write(appender, begin, end, acknowledged)));
            }
            threads.forEach(Thread::start);
            end[0] = System.nanoTime() + duration.toNanos();
            begin.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            return acknowledged.sum() / (duration.toNanos() / 1e9);
        }
    }

    private static void write(Appender appender, CountDownLatch begin, long[] end, LongAdder acknowledged) {
        try {
            begin.await();
            while (System.nanoTime() < end[0]) {
                appender.append(LogBench::record);
                acknowledged.increment();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] record(long number) {
        return ("{\"order_number\":" + number + ",\"name\":\"Tux\",\"quantity\":5,\"price\":15.99,"
                        + "\"time\":\"2026-01-02T03:04:05.678Z\"}")
                .getBytes(UTF_8);
    }

    private static Appender groupCommit(Path folder) throws IOException {
        AppendLog log = AppendLog.open(folder, "orders", failure -> {
            throw new IllegalStateException(failure);
        });
        return new Appender() {
            @Override
            public void append(LongFunction<byte[]> record) throws IOException {
                log.append(record);
            }

            @Override
            public void close() throws IOException {
                log.close();
            }
        };
    }

    /** What the log is compared with. */
    private static final class ForcedFile implements Appender {
        private final FileChannel channel;
        private long records;

        private ForcedFile(FileChannel channel) {
            this.channel = channel;
        }

        static Appender open(Path folder) throws IOException {
            return new ForcedFile(
                    FileChannel.open(folder.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }

        @Override
        public synchronized void append(LongFunction<byte[]> record) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(record.apply(++records));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
