package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units for systemd, as far as they can be tried without it as process 1. */
class SystemdUnitsIT {
    private static final Path UNITS = Jars.root().resolve("deploy/systemd");
    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for (\\S+): ([0-9.]+) ");

    @TempDir
    Path folder;

    /** Copies the units, with the Java and the programs of this build. */
    @BeforeEach
    void copy() throws IOException {
        try (Stream<Path> files = Files.walk(UNITS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(UNITS.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, Files.readString(file).replace("/usr/bin/java", java()));
            }
        }
    }

    @Test
    void systemdUnderstandsEveryLine() throws Exception {
        ProgramRun verify = analyze("verify", "--man=no", "--recursive-errors=yes");

        assertThat(verify.stdout() + verify.stderr()).isEmpty();
        assertThat(verify.exitCode()).isZero();
    }

    @Test
    void systemdFindsThemIsolated() throws Exception {
        ProgramRun security = analyze("security", "--offline=true");

        List<String> exposures = new ArrayList<>();
        Matcher exposure = EXPOSURE.matcher(security.stdout());
        while (exposure.find()) {
            exposures.add(exposure.group(1));
            assertThat(Double.parseDouble(exposure.group(2)))
                    .as("exposure of %s, from 0 to 10", exposure.group(1))
                    .isLessThan(2);
        }
        assertThat(exposures)
                .as(security.stdout() + security.stderr())
                .containsExactlyInAnyOrder(
                        "toystore-catalog.service",
                        "toystore-orders.service",
                        "toystore-frontend.service",
                        "toystore-certs.service");
    }

    /** Runs a command of systemd-analyze on all units that it can have, which are services for {@code security}. */
    private ProgramRun analyze(String command, String... flags) throws IOException {
        assumeThat(ProgramRun.run(new ProcessBuilder("bash", "-c", "command -v systemd-analyze"))
                        .exitCode())
                .as("systemd-analyze is installed")
                .isZero();
        List<String> words = new ArrayList<>(List.of("systemd-analyze", command));
        words.addAll(List.of(flags));
        String types = command.equals("security") ? "service" : "service|target|timer";
        try (Stream<Path> files = Files.list(folder)) {
            files.map(Path::toString)
                    .filter(file -> file.matches(".*\\.(" + types + ")"))
                    .sorted()
                    .forEach(words::add);
        }
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("SYSTEMD_COLORS", "0");
        builder.environment().put("LC_ALL", "C");
        return ProgramRun.run(builder);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
