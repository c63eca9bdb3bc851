package toystore.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import toystore.bench.Sample.Role;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.process.ProcessGroup;

/** Runs one load at a time with the engine of the load test, and measures the processors. Not thread-safe. */
final class LoadGenerator implements Closeable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Path MACHINE_TICKS = Path.of("/proc/stat");
    private static final Duration TICK = Duration.ofMillis(10); // USER_HZ is 100 on every common Linux

    private final ProcessGroup processes;
    private final ForcedAppends appends;
    private final SplittableRandom random = new SplittableRandom(1);
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * @param processes all that the bench has started
     * @param file for {@link BenchLoad#APPEND}
     */
    LoadGenerator(ProcessGroup processes, Path file) throws IOException {
        this.processes = processes;
        this.appends = new ForcedAppends(file);
    }

    /**
     * Runs a load for that long.
     *
     * @param rate requests per second of {@link BenchLoad#PACED}; the other loads are closed loops
     */
    Sample measure(BenchCluster cluster, BenchLoad load, Duration time, double rate)
            throws IOException, InterruptedException {
        CpuTimes before = cpuTimes(cluster);
        Sample sample = load == BenchLoad.APPEND ? appends.measure(time) : run(cluster, load, time, rate);
        CpuTimes after = cpuTimes(cluster);
        processes.checkAlive();
        return sample.withCpu(after.processorsSince(before));
    }

    private Sample run(BenchCluster cluster, BenchLoad load, Duration time, double rate) throws InterruptedException {
        LoadModel model = load == BenchLoad.PACED
                ? new LoadModel.Open(Math.max(1, rate), LoadModel.Arrivals.CONSTANT)
                : new LoadModel.Closed();
        Step step = new Step(cluster.scenario(load), load.clients(), model, StopCondition.lasting(time), TIMEOUT, 0);
        return Sample.of(new Run(step, null, random, System.nanoTime()).run(IntervalLog.NONE, moment -> {}));
    }

    private CpuTimes cpuTimes(BenchCluster cluster) throws IOException {
        Map<Role, Double> roles = new EnumMap<>(Role.class);
        cluster.cpuTimes().forEach((role, cpuTime) -> roles.put(role, (double) cpuTime.toNanos()));
        double generator = system.getProcessCpuTime();
        roles.put(Role.GENERATOR, generator);
        roles.put(
                Role.OTHERS, machineCpuNanos() - generator - processes.cpuTime().toNanos());
        return new CpuTimes(System.nanoTime(), roles);
    }

    /** The processor time of the machine without idle time; NaN where the system does not tell. */
    static double machineCpuNanos() throws IOException {
        return Files.isReadable(MACHINE_TICKS)
                ? busyTicks(Files.readString(MACHINE_TICKS)) * (double) TICK.toNanos()
                : Double.NaN;
    }

    /**
     * Returns the ticks that the processors were busy, from the first line of {@code /proc/stat} (proc(5)): user, nice,
     * system, irq, softirq, and steal, in which other virtual machines ran; not idle and iowait.
     */
    static long busyTicks(String stat) {
        String[] ticks = stat.lines().findFirst().orElseThrow().split(" +", -1);
        long busy = 0;
        for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += Long.parseLong(ticks[field]);
        }
        return busy;
    }

    @Override
    public void close() throws IOException {
        appends.close();
    }

    /** Processor time in nanoseconds until a moment. */
    private record CpuTimes(long moment, Map<Role, Double> nanos) {
        Map<Role, Double> processorsSince(CpuTimes before) {
            Map<Role, Double> processors = new EnumMap<>(Role.class);
            nanos.forEach((role, time) -> {
                double used = (time - before.nanos.get(role)) / (moment - before.moment);
                processors.put(role, Math.max(0, used)); // ticks are coarse
            });
            return processors;
        }
    }
}
