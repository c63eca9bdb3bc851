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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toystore.common.Threads;
import toystore.common.cli.DurationConverter;
import toystore.common.cli.Program;
import toystore.durable.AppendLog;
import toystore.process.TemporaryFolder;

/**
 * Measures the acknowledged appends per second of the log, with its group commit, in turns with a file.
 *
 * <p>In the file, each caller writes and forces its own record under a lock.
 */
@Command(
        name = "log",
        description = "Compares group commit with one force per append.",
        mixinStandardHelpOptions = true)
final class LogBench implements Callable<Integer> {
    private static final int[] CALLERS = {1, 10, 64};

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "7",
            description = "Turns (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "2s",
            description = "Duration of each run (default: ${DEFAULT-VALUE}).")
    private Duration duration;

    /** Appends a record and returns when it is on disk. */
    private interface Appender extends Closeable {
        void append(LongFunction<byte[]> record) throws IOException;
    }

    private interface Opener {
        Appender open(Path folder) throws IOException;
    }

    /** The rates of each run with one number of callers. */
    private record Rates(List<Double> file, List<Double> log, List<Double> ratio) {
        Rates() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<Integer, Rates> ratesByCallers = new TreeMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (int callers : CALLERS) {
                double file = rate(ForcedFile::open, callers);
                double log = rate(LogBench::groupCommit, callers);
                if (round > 0) { // the first one is a warm-up
                    Rates rates = ratesByCallers.computeIfAbsent(callers, first -> new Rates());
                    rates.file.add(file);
                    rates.log.add(log);
                    rates.ratio.add(log / file);
                }
            }
        }
        System.out.printf(
                Locale.ROOT, "acknowledged appends/s, medians of %d runs of %d s%n", rounds, duration.toSeconds());
        System.out.printf(
                Locale.ROOT, "%8s %22s %12s %20s%n", "callers", "one force per append", "log", "ratio (lowest)");
        ratesByCallers.forEach((callers, rates) -> System.out.printf(
                Locale.ROOT,
                "%8d %22.0f %12.0f %12.2f (%.2f)%n",
                callers,
                Spread.median(rates.file),
                Spread.median(rates.log),
                Spread.median(rates.ratio),
                Spread.of(rates.ratio).lowest()));
        return Program.OK;
    }

    private double rate(Opener opener, int callers) throws IOException, InterruptedException {
        try (TemporaryFolder folder = TemporaryFolder.create(null, "toystore-bench");
                Appender appender = opener.open(folder.path())) {
            LongAdder acknowledged = new LongAdder();
            CountDownLatch begin = new CountDownLatch(1);
            long[] end = new long[1];
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                threads.add(Threads.named("append-" + i, () -> write(appender, begin, end, acknowledged)));
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

    /** The file that the log is compared with. */
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
