package toystore.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.LoadModel.Arrivals;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;

/** Puts the loads on what stands on the stage, one at a time, with the engine of the load test. For one thread. */
final class Generator {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final BenchCluster stage;
    private final ForcedAppends appends;
    private final Children children;
    private final SplittableRandom random = new SplittableRandom(1);
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    Generator(BenchCluster stage, ForcedAppends appends, Children children) {
        this.stage = stage;
        this.appends = appends;
        this.children = children;
    }

    /**
     * Goes on for so long.
     *
     * @param before what the round has measured before; the open loop goes by it
     */
    Sample measure(BenchLoad load, Duration time, Round before) throws IOException, InterruptedException {
        Map<ProcessRole, Duration> cpuBefore = cpuTimes();
        system.getCpuLoad(); // from now on
        long start = System.nanoTime();
        Sample sample = load == BenchLoad.APPEND ? appends.measure(time) : run(load, time, before);
        double seconds = (System.nanoTime() - start) / 1e9;
        double all = system.getCpuLoad() * system.getAvailableProcessors();
        children.checkAlive();
        return sample.with(busy(cpuBefore, cpuTimes(), seconds, all));
    }

    private Sample run(BenchLoad load, Duration time, Round before) throws InterruptedException {
        LoadModel pace = load == BenchLoad.PACED
                ? new LoadModel.Open(Math.max(1, before.rate(BenchLoad.CACHED) / 2), Arrivals.CONSTANT)
                : new LoadModel.Closed();
        Step step = new Step(stage.requests(load), load.clients(), pace, StopCondition.lasting(time), TIMEOUT, 0);
        return Sample.of(new Run(step, null, random, System.nanoTime()).run(IntervalLog.NONE, moment -> {}));
    }

    /** Processors that each part kept busy, of all that were. */
    private static Map<ProcessRole, Double> busy(
            Map<ProcessRole, Duration> before, Map<ProcessRole, Duration> after, double seconds, double all) {
        Map<ProcessRole, Double> busy = new EnumMap<>(ProcessRole.class);
        double ours = 0;
        for (ProcessRole part : after.keySet()) {
            double processors = after.get(part).minus(before.get(part)).toNanos() / 1e9 / seconds;
            busy.put(part, processors);
            ours += processors;
        }
        busy.put(ProcessRole.OTHERS, Math.max(0, all - ours));
        return busy;
    }

    private Map<ProcessRole, Duration> cpuTimes() {
        Map<ProcessRole, Duration> times = children.cpuTimes();
        times.put(ProcessRole.GENERATOR, Duration.ofNanos(system.getProcessCpuTime()));
        return times;
    }
}
