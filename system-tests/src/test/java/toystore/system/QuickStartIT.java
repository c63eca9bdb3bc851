package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the script tells the JVMs of a store of memory and archives, and what becomes of archives of classes that do not
 * fit.
 */
class QuickStartIT {
    private static final List<String> SERVICES = List.of("catalog", "orders", "frontend");
    private static final List<String> PROGRAMS = List.of("catalog", "orders", "frontend", "client");
    private static final boolean HAS_AOT_CACHES = Runtime.version().compareTo(Runtime.Version.parse("25.0.1")) >= 0;
    private static final Pattern OPEN = Pattern.compile("The store is open: (http://[0-9.:]+)");

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    private Path clone;

    /** A project of its own, whose jars and archives a test may spoil. */
    @BeforeEach
    void cloneProject() throws IOException {
        clone = folder.resolve("clone");
        Launcher.copyTo(clone);
        for (String program : PROGRAMS) {
            Files.createDirectories(clone.resolve(program).resolve("target"));
        }
    }

    @AfterEach
    void stopWhatRuns() {
        Launcher.killAllIn(folder);
    }

    @Test
    void startsServicesFromTheArchivesThatTheBuildMade() throws IOException {
        assumeThat(Files.getFileStore(folder))
                .as("archives do not fit copies")
                .isEqualTo(Files.getFileStore(Jars.root()));
        assumeThat(Jars.root().toString())
                .as("a JVM 17 archives no classes of a jar whose path has a space")
                .doesNotContain(" ");
        Path loaded = folder.resolve("loaded");

        ProgramRun up = toystore(Jars.root(), "-Xlog:class+load:file=" + loaded + "-%p", "up");

        assertThat(up.exitCode()).as(up.stderr()).isZero();
        for (String main : List.of("catalog.CatalogMain", "orders.OrdersMain", "frontend.FrontendMain")) {
            String pid = Files.readString(run().resolve(main.replaceFirst("\\..*", ".pid")))
                    .strip();
            assertThat(Path.of(loaded + "-" + pid)).content().contains("toystore." + main + " source: shared objects");
        }
    }

    @Test
    void startsServicesWithProfilesOfTheirCode() throws IOException {
        assumeThat(HAS_AOT_CACHES).as("AOT caches need JDK 25.0.1 or newer").isTrue();
        assumeThat(Files.getFileStore(folder))
                .as("archives do not fit copies")
                .isEqualTo(Files.getFileStore(Jars.root()));

        ProgramRun up = toystore(Jars.root(), "-XX:+UnlockDiagnosticVMOptions -XX:+AOTPrintTrainingInfo", "up");

        assertThat(up.exitCode()).as(up.stderr()).isZero();
        for (String service : SERVICES) {
            try (Stream<String> log = Files.lines(folder.resolve("data/logs/" + service + ".log"))) {
                assertThat(log.filter(line -> line.matches(".* M toystore/" + service + "/.* mdo=0x[0-9a-f]+")))
                        .as("methods of the " + service + " with a profile")
                        .isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseZGC", "-XX:-UseCompressedOops", "-Xshare:off", "-Xshare:auto"})
    void startsWithOptionsThatArchivesDoNotFitAndSaysNothingOfThem(String option) throws IOException {
        ProgramRun up = toystore(Jars.root(), option, "up");

        assertThat(up.exitCode()).as(up.stderr()).isZero();
        assertThat(up.stderr()).isEmpty();
        assertSilentStart();
    }

    @Test
    void startsWithoutArchivesThatDoNotFitAndSaysNothingOfThem() throws IOException {
        for (String service : SERVICES) {
            Files.copy(Jars.of(service), jar(service));
        }
        Files.writeString(archive("catalog"), "no archive");
        Path real = archiveBeside(Jars.of("orders"), "orders");
        byte[] start = Files.newInputStream(real).readNBytes(1 << 20);
        Files.write(archive("orders"), start); // cut short
        Files.copy(archiveBeside(Jars.of("frontend"), "frontend"), archive("frontend"));
        Files.setLastModifiedTime(jar("frontend"), FileTime.fromMillis(0)); // the jar of another build

        ProgramRun up = toystore(clone, "", "up");

        assertThat(up.exitCode()).as(up.stderr()).isZero();
        assertSilentStart();
    }

    @Test
    void triesOnceToMakeArchivesAndGoesOnWithout() throws IOException {
        for (String program : PROGRAMS) {
            Files.writeString(jar(program), "no jar");
        }

        ProgramRun first = toystore(clone, "", "archives");
        ProgramRun second = toystore(clone, "", "archives");

        assertThat(first.exitCode()).isZero();
        assertThat(first.stderr()).contains("some could not be made, so starts take longer; ");
        assertThat(archive("catalog")).isEmptyFile();
        assertThat(second.exitCode()).isZero();
        assertThat(second.stderr()).isEmpty();
        try (var left = Files.list(clone)) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".")))
                    .containsExactly(".build.archives.log");
        }
    }

    @Test
    void givesAServiceASmallHeapUnlessToldOtherwise() throws Exception {
        assertThat(metrics(toystore(Jars.root(), "", "up")))
                .contains("jvm_gc_collection_seconds_count{gc=\"Copy\"}")
                .containsPattern("jvm_memory_max_bytes\\{area=\"heap\"} 6\\.[0-9]+E7");
        toystore(Jars.root(), "", "down");

        assertThat(metrics(toystore(Jars.root(), "-Xms200m -Xmx200m -XX:+UseParallelGC", "up")))
                .contains("jvm_gc_collection_seconds_count{gc=\"PS Scavenge\"}")
                .containsPattern("jvm_memory_max_bytes\\{area=\"heap\"} [12]\\.[0-9]+E8");
    }

    @Test
    void givesWayToTheOptionsThatEveryJvmTakesFromTheEnvironment() throws Exception {
        environment.put("_JAVA_OPTIONS", "-XX:+UseG1GC");
        environment.put("JAVA_TOOL_OPTIONS", "-Xms80m\n-Dsaid='version \"8\"'");
        environment.put("JDK_JAVA_OPTIONS", "\"-Xmx100m\"");

        ProgramRun up = toystore(Jars.root(), "", "up");

        assertThat(metrics(up))
                .contains("jvm_gc_collection_seconds_count{gc=\"G1 Young Generation\"}")
                .containsPattern("jvm_memory_max_bytes\\{area=\"heap\"} 1\\.0[0-9]+E8");
        assertThat(up.stderr()).isEmpty();
        assertThat(toystore(Jars.root(), "", "status").exitCode()).isZero();
    }

    @Test
    void endsAServiceThatHasNoMemoryLeftAndSaysSo() throws IOException {
        ProgramRun up = toystore(Jars.root(), "-Xmx2m", "up");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.stderr()).contains("catalog did not start", "Terminating due to java.lang.OutOfMemoryError");
    }

    /** Asserts that the JVMs of the services printed and logged nothing. */
    private void assertSilentStart() {
        for (String service : SERVICES) {
            assertThat(run().resolve(service + ".out")).content().matches("ready " + service + " [0-9.:]+\n");
            assertThat(folder.resolve("data/logs/" + service + ".log"))
                    .content()
                    .doesNotContain("[warning]", "[error");
        }
    }

    private static String metrics(ProgramRun up) throws Exception {
        Matcher open = OPEN.matcher(up.stdout());
        assertThat(open.find()).as(up.stdout() + up.stderr()).isTrue();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(open.group(1) + "/metrics")).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    private Path run() {
        return folder.resolve("data/run");
    }

    private Path jar(String program) {
        return clone.resolve(program + "/target/" + program + ".jar");
    }

    private Path archive(String program) {
        return archiveBeside(jar(program), program);
    }

    private static Path archiveBeside(Path jar, String program) {
        return jar.resolveSibling(program + "-" + Runtime.version() + (HAS_AOT_CACHES ? ".aot" : ".jsa"));
    }

    /** The script of a project, with its data in the test's folder. */
    private ProgramRun toystore(Path project, String javaOptions, String command) throws IOException {
        Launcher launcher = new Launcher(folder, project.resolve("toystore"));
        launcher.environment.putAll(environment);
        launcher.environment.put("TOYSTORE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 " + javaOptions);
        return launcher.run(command);
    }
}
