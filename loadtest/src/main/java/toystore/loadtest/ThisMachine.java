package toystore.loadtest;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Collectors;
import toystore.loadtest.result.Results.Environment;

/** Describes the machine, the JVM and the build of this program. */
public final class ThisMachine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final String UNKNOWN = "unknown";

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
                commit());
    }

    /** The model of the processor; the architecture where the system does not tell the model. */
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

    /** The commit of the source, with {@code -dirty} if it had changes; {@code unknown} outside a clone. */
    private static String commit() throws IOException {
        Properties git = new Properties();
        try (InputStream in = ThisMachine.class.getResourceAsStream("git.properties")) {
            if (in == null) {
                return UNKNOWN;
            }
            git.load(in);
        }
        String commit = git.getProperty("git.commit.id.abbrev", UNKNOWN);
        return Boolean.parseBoolean(git.getProperty("git.dirty")) ? commit + "-dirty" : commit;
    }
}
