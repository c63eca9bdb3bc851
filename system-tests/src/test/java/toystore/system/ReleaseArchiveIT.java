package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The release archive of this build, unpacked where there is a JRE, and neither a JDK nor Maven. */
class ReleaseArchiveIT {
    private static final List<String> PROGRAMS = List.of(
            "catalog", "orders", "frontend", "client", "loadtest", "certs", "db", "launcher", "lab", "system-tests");

    /** The JRE that the documents tell to make. */
    private static final Pattern JLINK = Pattern.compile("jlink --add-modules ([a-z.,]+) ");

    /** The programs of the system that the launcher calls. */
    private static final String TOOLS =
            "awk bash cat cp env flock grep head hostname ln locale ls mkdir mktemp mv nohup"
                    + " perl ps readlink renice rm rmdir sed sh sleep sort tail touch tr uniq wc";

    private static final String MAKES_ARCHIVES =
            "making archives of classes for quick starts (once for each build and JVM) ...\n";

    @TempDir
    static Path parent;

    private static String version;
    private static Path jre;
    private static String path;

    @TempDir
    Path folder;

    private Path home;
    private Launcher launcher;

    @BeforeAll
    static void makeJre() throws IOException {
        version = ProgramRun.run(
                        new ProcessBuilder(Jars.root().resolve("toystore").toString(), "--version"))
                .stdout()
                .strip()
                .replaceFirst("^Toy Store ", "");
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        assumeThat(jlink).as("this JDK has jlink").exists();
        Matcher modules = JLINK.matcher(Files.readString(Jars.root().resolve("docs/operations.md")));
        assertThat(modules.find()).isTrue();
        jre = parent.resolve("jre of its own");
        run(jlink.toString(), "--add-modules", modules.group(1), "--output", jre.toString());
        assertThat(jre.resolve("bin/javac")).doesNotExist();
        path = Launcher.tools(parent.resolve("tools"), TOOLS.split(" ", -1)) + ":" + jre.resolve("bin");
        everybodyMayEnter(parent);
    }

    @BeforeEach
    void unpack() throws IOException {
        home = unpackTo(folder.resolve("a folder"));
        launcher = launcher(home);
    }

    @AfterEach
    void stopWhatRuns() {
        launcher.close();
    }

    @Test
    void hasTheProgramsOfThisBuildAndNothingOfTheMachineThatMadeIt() throws Exception {
        for (String program : PROGRAMS) {
            assertThat(Files.mismatch(home.resolve("lib/" + program + ".jar"), Jars.of(program)))
                    .as(program)
                    .isEqualTo(-1);
        }
        assertThat(run("tar", "-tzf", archive().toString()).lines())
                .allMatch(name -> name.startsWith("toystore-" + version + "/"))
                .doesNotHaveDuplicates();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean executable = file.getFileName().toString().equals("toystore");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(executable ? "rwxr-xr-x" : "rw-r--r--");
                assertThat(Files.getLastModifiedTime(file).toInstant())
                        .as(file.toString())
                        .isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
            }
        }
    }

    @Test
    void opensAStoreAndRunsItsProgramsInItAndChecksItselfByKillingAnother() throws Exception {
        ProgramRun up = launcher.run("up");

        assertThat(up.exitCode()).as(up.stderr()).isZero();
        assertThat(up.stderr()).isEqualTo(MAKES_ARCHIVES);
        String store = "http://127.0.0.1:" + launcher.environment.get("TOYSTORE_PORT");
        assertThat(up.stdout())
                .contains("\nThe store is open: " + store + "/\n")
                .endsWith("\nThe files of the store are in " + launcher.data().toRealPath() + "\n");
        assertThat(order(store)).isEqualTo(201);

        assertThat(succeeds("client")).contains("0 mismatches");
        Path report = folder.resolve("report");
        succeeds("loadtest", "mixed", "--clients", "1", "--duration", "100ms", "--out", report.toString());
        assertThat(report).isNotEmptyDirectory();
        assertThat(succeeds("audit")).endsWith("audit: no difference\n");
        assertThat(succeeds("trace", "order-from-a-release")).contains("POST /orders 201");
        assertThat(succeeds("status")).endsWith("the store is open: " + store + "/\n");
        ProgramRun again = launcher.run("up");
        assertThat(again.stderr()).isEmpty();
        assertThat(again.stdout()).contains("catalog runs already on ");
        assertThat(succeeds("down")).isEqualTo("frontend stopped\norders stopped\ncatalog stopped\n");

        assertThat(succeeds("bench", "--help")).startsWith("Usage: ").contains("/toystore bench");
        assertThat(succeeds("chaos", "--minutes", "0.02", "--seed", "1")).endsWith("\n0 lost, 0 doubled, 0 oversold\n");
    }

    @Test
    void saysWhichReleaseItIsAndThatTestsNeedTheSourceTree() throws Exception {
        assertThat(succeeds("--version")).isEqualTo("Toy Store " + version + "\n");
        assertThat(succeeds("help")).contains("Needs the\n                    source tree\n");
        ProgramRun test = launcher.run("test");
        assertThat(test.exitCode()).isEqualTo(2);
        assertThat(test.stderr())
                .isEqualTo(
                        "toystore: test needs the source tree, and " + home.toRealPath() + " is an unpacked release\n");

        launcher.environment.put("TOYSTORE_NO_BUILD", "1"); // no class archives, to save time
        Files.delete(home.resolve("lib/orders.jar"));
        ProgramRun audit = launcher.run("audit");
        assertThat(audit.exitCode()).isEqualTo(1);
        assertThat(audit.stderr())
                .isEqualTo(
                        "toystore: there is no " + home.toRealPath() + "/lib/orders.jar; unpack the release again\n");

        launcher.environment.put("PATH", parent.resolve("tools").toString());
        assertThat(launcher.run("up").stderr())
                .startsWith("toystore: no java found: install a JRE 17 or newer (Debian: ");
    }

    @Test
    void opensAStoreOfAnotherRelease() throws Exception {
        launcher.environment.put("TOYSTORE_NO_BUILD", "1"); // no class archives, to save time
        succeeds("up");
        String store = "http://127.0.0.1:" + launcher.environment.get("TOYSTORE_PORT");
        assertThat(order(store)).isEqualTo(201);

        Launcher next = launcher(unpackTo(folder.resolve("next")));
        next.environment.putAll(launcher.environment);
        assertThat(next.run("down").stdout()).isEqualTo("frontend stopped\norders stopped\ncatalog stopped\n");
        ProgramRun up = next.run("up");
        assertThat(up.exitCode()).as(up.stderr()).isZero();

        assertThat(get(store + "/orders/1")).contains("\"order_number\":1,");
        assertThat(next.run("down").exitCode()).isZero();
    }

    /** A release that another user has unpacked. */
    @Test
    void runsFromAFolderThatItCannotWrite() throws Exception {
        for (String place : List.of("", "lib", "data")) {
            Files.setPosixFilePermissions(home.resolve(place), PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        List<String> asOtherUser = List.of();
        if (Files.isWritable(home)) { // root can write everywhere
            asOtherUser = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
            assumeThat(ProgramRun.run(new ProcessBuilder("bash", "-c", "command -v setpriv"))
                            .exitCode())
                    .as("setpriv is installed")
                    .isZero();
        }
        everybodyMayEnter(folder);
        Files.createDirectory(launcher.data());
        Files.setPosixFilePermissions(launcher.data(), PosixFilePermissions.fromString("rwxrwxrwx"));
        try {
            ProgramRun up = run(asOtherUser, "up");
            assertThat(up.exitCode()).as(up.stderr()).isZero();
            assertThat(up.stderr())
                    .isEqualTo("toystore: " + home.toRealPath() + " cannot be written: no class archives are made, so"
                            + " services take longer to start\n");
            ProgramRun client = run(asOtherUser, "client");
            assertThat(client.exitCode()).as(client.stderr()).isZero();
            assertThat(client.stderr()).doesNotContain("cannot be written");
            assertThat(run(asOtherUser, "archives").stderr())
                    .endsWith(" cannot be written, so no class archives can be made\n");
            assertThat(run(asOtherUser, "down").exitCode()).isZero();

            launcher.environment.put("TOYSTORE_DATA", null);
            ProgramRun besideTheScript = run(asOtherUser, "up");
            assertThat(besideTheScript.exitCode()).isEqualTo(1);
            assertThat(besideTheScript.stderr())
                    .isEqualTo("toystore: the data folder " + home.toRealPath()
                            + "/data cannot be written; name another one by --data or TOYSTORE_DATA\n");
        } finally {
            launcher.environment.put("TOYSTORE_DATA", launcher.data().toString());
            for (String place : List.of("", "lib", "data")) {
                Files.setPosixFilePermissions(home.resolve(place), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private static Path archive() {
        return Jars.root().resolve("target/toystore-" + version + ".tar.gz");
    }

    private static Path unpackTo(Path place) throws IOException {
        Files.createDirectories(place);
        run("tar", "-xpzf", archive().toString(), "-C", place.toString());
        return place.resolve("toystore-" + version);
    }

    private static void everybodyMayEnter(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The script of a release, which finds Java in the PATH. */
    private Launcher launcher(Path release) throws IOException {
        Launcher launcher = new Launcher(folder, release.resolve("toystore"));
        launcher.environment.put("PATH", path);
        launcher.environment.put("JAVA_HOME", null);
        launcher.environment.put("TOYSTORE_NO_BUILD", null);
        return launcher;
    }

    private String succeeds(String... arguments) throws IOException {
        ProgramRun run = launcher.run(arguments);
        assertThat(run.exitCode())
                .as("%s: %s%s", List.of(arguments), run.stdout(), run.stderr())
                .isZero();
        return run.stdout();
    }

    private ProgramRun run(List<String> prefix, String... arguments) throws IOException {
        ProcessBuilder command = launcher.command(arguments);
        command.command().addAll(0, prefix);
        return ProgramRun.run(command);
    }

    private static String run(String... command) throws IOException {
        ProgramRun run = ProgramRun.run(new ProcessBuilder(command));
        assertThat(run.exitCode()).as(run.stdout() + run.stderr()).isZero();
        return run.stdout();
    }

    private static int order(String store) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(store + "/orders"))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", "order-from-a-release")
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":5}"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }
}
