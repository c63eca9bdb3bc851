package toystore.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Under which the figures were measured: without them they mean nothing. */
final class Conditions {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Conditions() {}

    /** As Markdown. */
    static List<String> lines(BenchConfig config, String fileSystem) throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        RuntimeMXBean jvm = ManagementFactory.getRuntimeMXBean();
        String cores = Runtime.getRuntime().availableProcessors() + " cores";
        return List.of(
                cores + ", " + cpu() + "; " + system.getName() + " " + system.getVersion() + "; " + jvm.getVmName()
                        + " " + Runtime.version() + "; " + LocalDate.now(ZoneOffset.UTC) + ".",
                "The load generator ran on the same cores. Every other process: `java " + String.join(" ", Stage.JVM)
                        + "`, access log off.",
                "Order log on " + fileSystem + ". " + config.rounds()
                        + (config.rounds() == 1 ? " round of " : " rounds of ")
                        + config.time().toMillis() / 1e3 + " s each, after "
                        + config.warmUp().toMillis() / 1e3 + " s of warm-up or more.");
    }

    /** The model's name where the system tells it, else the architecture. */
    private static String cpu() throws IOException {
        if (Files.isReadable(CPU_INFO)) {
            for (String line : Files.readAllLines(CPU_INFO)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return ManagementFactory.getOperatingSystemMXBean().getArch();
    }
}
