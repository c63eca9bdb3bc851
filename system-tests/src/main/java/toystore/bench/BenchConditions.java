package toystore.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import toystore.loadtest.ThisMachine;

/** Under which the figures were measured: without them they mean nothing. */
final class BenchConditions {
    private BenchConditions() {}

    /** As Markdown. */
    static List<String> lines(BenchConfig config, String fileSystem) throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        RuntimeMXBean jvm = ManagementFactory.getRuntimeMXBean();
        String cores = Runtime.getRuntime().availableProcessors() + " cores";
        return List.of(
                cores + ", " + ThisMachine.cpu() + "; " + system.getName() + " " + system.getVersion() + "; "
                        + jvm.getVmName() + " " + Runtime.version() + "; " + LocalDate.now(ZoneOffset.UTC) + ".",
                "The load generator ran on the same cores. Every other process: `java "
                        + String.join(" ", BenchCluster.JVM) + "`, access log off.",
                "Order log on " + fileSystem + ". " + config.rounds()
                        + (config.rounds() == 1 ? " round of " : " rounds of ")
                        + config.time().toMillis() / 1e3 + " s each, after "
                        + config.warmUp().toMillis() / 1e3 + " s of warm-up, twice or more.");
    }
}
