package toystore.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import toystore.loadtest.load.Arrivals;
import toystore.loadtest.load.Extent;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.Pace;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Step;

/** Puts the loads on what stands on the stage, one at a time, with the engine of the load test. For one thread. */
final class Generator {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Stage stage;
    private final ForcedAppends appends;
    private final Children children;
    private final SplittableRandom random = new SplittableRandom(1);
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    Generator(Stage stage, ForcedAppends appends, Children children) {
        this.stage = stage;
        this.appends = appends;
        this.children = children;
    }

    /**
     * Goes on for so long.
     *
     * @param before what the round has measured before; the open loop goes by it
     */
    Sample measure(Load load, Duration time, Round before) throws IOException, InterruptedException {
        Map<Part, Duration> cpuBefore = cpuTimes();
        system.getCpuLoad(); // from now on
        long start = System.nanoTime();
        Sample sample = load == Load.APPEND ? appends.measure(time) : run(load, time, before);
        double seconds = (System.nanoTime() - start) / 1e9;
        double all = system.getCpuLoad() * system.getAvailableProcessors();
        children.checkAlive();
        return sample.with(busy(cpuBefore, cpuTimes(), seconds, all));
    }

    private Sample run(Load load, Duration time, Round before) throws InterruptedException {
        Pace pace = load == Load.PACED
                ? new Pace.Open(Math.max(1, before.rate(Load.CACHED) / 2), Arrivals.CONSTANT)
                : new Pace.Closed();
        Step step = new Step(stage.requests(load), load.clients(), pace, Extent.lasting(time), TIMEOUT, 0);
        return Sample.of(new Run(step, null, random, System.nanoTime()).run(IntervalLog.NONE, moment -> {}));
    }

    /** Processors that each part kept busy, of all that were. */
    private static Map<Part, Double> busy(
            Map<Part, Duration> before, Map<Part, Duration> after, double seconds, double all) {
        Map<Part, Double> busy = new EnumMap<>(Part.class);
        double ours = 0;
        for (Part part : after.keySet()) {
            double processors = after.get(part).minus(before.get(part)).toNanos() / 1e9 / seconds;
            busy.put(part, processors);
            ours += processors;
        }
        busy.put(Part.OTHERS, Math.max(0, all - ours));
        return busy;
    }

    private Map<Part, Duration> cpuTimes() {
        Map<Part, Duration> times = children.cpuTimes();
        times.put(Part.GENERATOR, Duration.ofNanos(system.getProcessCpuTime()));
        return times;
    }
}
