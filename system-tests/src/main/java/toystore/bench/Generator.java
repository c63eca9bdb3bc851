package toystore.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import toystore.loadtest.load.Arrivals;
import toystore.loadtest.load.Extent;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.Measured;
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
        if (load == Load.APPEND) {
            return appends.measure(time);
        }
        Pace pace = load == Load.PACED
                ? new Pace.Open(Math.max(1, before.rate(Load.CACHED) / 2), Arrivals.CONSTANT)
                : new Pace.Closed();
        Step step = new Step(stage.requests(load), load.clients(), pace, Extent.lasting(time), TIMEOUT, 0);
        Map<Part, Duration> cpuBefore = cpuTimes();
        long start = System.nanoTime();
        Measured measured = new Run(step, null, random, start).run(IntervalLog.NONE, moment -> {});
        double seconds = (System.nanoTime() - start) / 1e9;
        children.checkAlive();
        return Sample.of(measured, Sample.busy(cpuBefore, cpuTimes(), seconds));
    }

    private Map<Part, Duration> cpuTimes() {
        Map<Part, Duration> times = children.cpuTimes();
        times.put(Part.GENERATOR, Duration.ofNanos(system.getProcessCpuTime()));
        return times;
    }
}
