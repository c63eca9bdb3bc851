package toystore.loadtest;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import toystore.loadtest.result.Environment;

/** The machine and the JVM that a load test runs on. */
public final class ThisMachine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private ThisMachine() {}

    static Environment environment() throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        String collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .map(name -> name.split(" ", 2)[0])
                .distinct()
                .collect(Collectors.joining(", "));
        return new Environment(
                cpu(),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize(),
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                ManagementFactory.getRuntimeMXBean().getVmName() + " " + Runtime.version() + ", " + collectors,
                Build.commit());
    }

    /** The processor: the model's name where the system tells it, else the architecture. */
    public static String cpu() throws IOException {
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
