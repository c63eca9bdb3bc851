package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several commands of the script at once, and commands that are interrupted. */
class LauncherLockIT {
    /** A service that never serves. It tells that it runs, as a script whose command line is that of a service. */
    private static final String HANG = """
            echo $$ >>"$HANGING"
            while :; do sleep 0.1; done
            """;

    @TempDir
    Path folder;

    private Path home; // a project of its own, without jars
    private Path hanging; // has the ids of processes that hang
    private Launcher launcher;

    @BeforeEach
    void makeProject() throws IOException {
        home = folder.resolve("home");
        hanging = folder.resolve("hanging");
        launcher = new Launcher(folder, Launcher.copyTo(home));
        launcher.environment.put("HANGING", hanging.toString());
    }

    @AfterEach
    void stopWhatRuns() {
        launcher.close();
    }

    @Test
    void opensOneStoreIfCalledTwiceAtOnce() throws Exception {
        try (Launcher real = new Launcher(folder)) {
            Launcher.Running first = real.start("up");
            Launcher.Running second = real.start("up");
            ProgramRun one = first.end();
            ProgramRun two = second.end();

            assertThat(one.exitCode()).as(one.stderr()).isZero();
            assertThat(two.exitCode()).as(two.stderr()).isZero();
            assertThat(List.of(one.stdout(), two.stdout()))
                    .anyMatch(text -> text.contains("catalog serves on"))
                    .anyMatch(text -> text.contains("catalog runs already on"));
            assertThat(real.run("status").exitCode()).isZero();

            real.run("down");
            assertThat(Launcher.processesIn(real.data().resolve("run"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "reset --yes"})
    void waitsForACommandThatChangesTheSameStoreAndSaysWhichItIs(String command) throws Exception {
        Launcher.Running first = hangAtTheStart();

        launcher.environment.put("TOYSTORE_WAIT_SECONDS", "1");
        ProgramRun impatient = launcher.run(command.split(" ", -1));

        String holder = home + "/toystore up (pid " + first.process().pid() + ")";
        String place = launcher.data().toRealPath().toString();
        assertThat(impatient.exitCode()).isEqualTo(1);
        assertThat(impatient.stdout()).isEmpty();
        assertThat(impatient.stderr())
                .isEqualTo("toystore: waiting for " + holder + ", which changes " + place + " ...\n" + "toystore: "
                        + holder + " has changed " + place + " for more than 1 s; try again later\n");

        launcher.environment.put("TOYSTORE_WAIT_SECONDS", "60");
        Launcher.Running patient = launcher.start("down");
        patient.awaitOnStderr("waiting for " + holder);
        first.signal("TERM");
        assertThat(patient.end().stdout()).startsWith("nothing runs in ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void stopsWhatItHasStartedWhenItIsInterrupted(String signal) throws Exception {
        assumeSignalArrives(signal);
        Launcher.Running up = hangAtTheStart();

        up.signal(signal);

        assertThat(up.end().exitCode()).isGreaterThan(128);
        assertThat(up.end().stderr())
                .isEqualTo("toystore: the store is not open; stopped what this command had started: catalog\n");
        assertThat(hangingProcesses()).isEmpty();
        assertThat(launcher.run("down").stdout()).startsWith("nothing runs in ");
    }

    @Test
    void leavesRunningWhatAnotherRunHasStarted() throws Exception {
        try (Launcher real = new Launcher(folder)) {
            assertThat(real.run("up").exitCode()).isZero();
            String status = real.run("status").stdout();
            String pid =
                    Files.readString(real.data().resolve("run/frontend.pid")).strip();
            ProgramRun.run(new ProcessBuilder("kill", "-KILL", pid));
            real.environment.put(
                    "JAVA_HOME",
                    Launcher.java(folder.resolve("jdk"), "17.0.1", HANG).toString());
            real.environment.put("HANGING", hanging.toString());
            Launcher.Running up = real.start("up");
            awaitHang();

            up.signal("TERM");

            assertThat(up.end().exitCode()).isEqualTo(143);
            assertThat(hangingProcesses()).isEmpty();
            assertThat(real.run("status").stdout().lines().limit(2))
                    .isEqualTo(status.lines().limit(2).toList());
        }
    }

    @Test
    void leavesNoLockAndNoOrphanWhenItIsKilled() throws Exception {
        Launcher.Running up = hangAtTheStart();

        up.process().destroyForcibly();
        up.end();

        launcher.environment.put("TOYSTORE_WAIT_SECONDS", "5");
        assertThat(hangingProcesses()).hasSize(1);
        assertThat(launcher.run("down").stdout()).isEqualTo("catalog stopped\n");
        assertThat(hangingProcesses()).isEmpty();
    }

    @Test
    void locksByPerlWhereThereIsNoFlock() throws Exception {
        Path tools = Launcher.tools(
                folder.resolve("tools"),
                ("perl sh bash env cat cp grep head ln locale mkdir nohup rm" + " sed sleep tail touch wc")
                        .split(" ", -1));
        assumeThat(tools.resolve("perl")).as("perl is installed").exists();
        launcher.environment.put("PATH", tools.toString());
        hangAtTheStart();

        launcher.environment.put("TOYSTORE_WAIT_SECONDS", "0");
        assertThat(launcher.run("down").stderr()).contains("toystore up (pid ");

        Files.delete(tools.resolve("perl"));
        assertThat(launcher.run("down").stderr()).startsWith("toystore: neither flock nor perl found: install one of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void endsABuildWhenItIsInterrupted(String signal) throws Exception {
        assumeSignalArrives(signal);
        maven(HANG);
        Launcher.Running up = launcher.start("up");
        awaitHang();

        up.signal(signal);

        assertThat(up.end().exitCode()).isGreaterThan(128);
        assertThat(hangingProcesses()).isEmpty();
        assertThat(home.resolve("catalog/target/catalog.stamp")).doesNotExist();
    }

    @Test
    void endsTheMakingOfArchivesWhenItIsInterrupted() throws Exception {
        makeJars();
        launcher.environment.put(
                "JAVA_HOME",
                Launcher.java(folder.resolve("jdk"), "17.0.1", HANG).toString());
        Launcher.Running archives = launcher.start("archives");
        awaitHang();

        archives.signal("TERM");

        assertThat(archives.end().exitCode()).isEqualTo(143);
        assertThat(hangingProcesses()).isEmpty();
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith(".build.archives"));
        }
    }

    @Test
    void buildsOnceIfCalledTwiceAtOnce() throws Exception {
        maven("""
                mkdir "$BUILDS-now" || echo overlap >>"$BUILDS"
                echo build >>"$BUILDS"
                for program in catalog orders frontend client loadtest certs launcher; do
                  mkdir -p "$program/target"
                  sleep 0.1
                  touch "$program/target/$program.jar"
                done
                rmdir "$BUILDS-now"
                """);
        launcher.environment.put(
                "JAVA_HOME", Launcher.java(folder.resolve("jdk"), "17.0.1", "").toString());
        launcher.environment.put("BUILDS", folder.resolve("builds").toString());

        Launcher.Running first = launcher.start("client", "127.0.0.1:1");
        Launcher.Running second = launcher.start("loadtest", "127.0.0.1:1");

        assertThat(first.end().exitCode()).as(first.end().stderr()).isZero();
        assertThat(second.end().exitCode()).as(second.end().stderr()).isZero();
        assertThat(first.end().stdout() + second.end().stdout()).isEmpty();
        assertThat(folder.resolve("builds")).hasContent("build");
    }

    @Test
    void buildsAProgramAgainOnlyIfItsSourcesHaveChanged() throws Exception {
        maven("""
                echo "$*" >>"$BUILDS"
                sleep 0.1
                for program in $(tr , ' ' <<<"${*##* -pl }" | sed 's/ -am.*//'); do
                  mkdir -p "$program/target"
                  touch "$program/target/$program.jar"
                done
                [ ! -e fail ]
                """);
        launcher.environment.put(
                "JAVA_HOME", Launcher.java(folder.resolve("jdk"), "17.0.1", "").toString());
        Path builds = folder.resolve("builds");
        launcher.environment.put("BUILDS", builds.toString());
        Files.createDirectories(launcher.data());

        for (int round = 0; round < 2; round++) {
            assertThat(launcher.run("watch").exitCode()).isZero();
            assertThat(launcher.run("db", "local", "status").exitCode()).isZero();
            assertThat(launcher.run("client", "127.0.0.1:1").exitCode()).isZero();
        }
        assertThat(builds).content().hasLineCount(2);

        Files.setLastModifiedTime(home.resolve("data/toys.json"), FileTime.from(Instant.now()));
        assertThat(launcher.run("client", "127.0.0.1:1").exitCode()).isZero();
        assertThat(launcher.run("watch").exitCode()).isZero();
        assertThat(launcher.run("watch").exitCode()).isZero();
        assertThat(builds).content().hasLineCount(4);

        Files.setLastModifiedTime(home.resolve("data/toys.json"), FileTime.from(Instant.now()));
        Files.createFile(home.resolve("fail"));
        assertThat(launcher.run("watch").exitCode()).isEqualTo(1);
        Files.delete(home.resolve("fail"));
        assertThat(launcher.run("watch").exitCode()).isZero();
        assertThat(builds).content().hasLineCount(6);
    }

    /** An {@code up} whose first service never serves. */
    private Launcher.Running hangAtTheStart() throws IOException {
        makeJars();
        launcher.environment.put(
                "JAVA_HOME",
                Launcher.java(folder.resolve("jdk"), "17.0.1", HANG).toString());
        Launcher.Running up = launcher.start("up");
        awaitHang();
        return up;
    }

    /** Waits until a process hangs and has written its id. */
    private void awaitHang() {
        await().until(() -> Files.exists(hanging) && Files.readString(hanging).endsWith("\n"));
    }

    private void makeJars() throws IOException {
        for (String program : List.of("catalog", "orders", "frontend", "client")) {
            Files.createDirectories(home.resolve(program + "/target"));
            Files.writeString(home.resolve(program + "/target/" + program + ".jar"), "no jar");
        }
    }

    private void maven(String body) throws IOException {
        Launcher.script(folder.resolve("maven/mvn"), body);
        launcher.environment.put("PATH", folder.resolve("maven") + ":" + System.getenv("PATH"));
        launcher.environment.remove("TOYSTORE_NO_BUILD");
        launcher.environment.put(
                "JAVA_HOME",
                Launcher.java(folder.resolve("jdk"), "17.0.1", HANG).toString());
        Files.createDirectories(home.resolve(".mvn"));
        Files.createDirectories(home.resolve("data"));
        Files.createDirectories(home.resolve("wire/src/main"));
        for (String file : List.of("pom.xml", "wire/pom.xml", "data/toys.json")) {
            Files.writeString(home.resolve(file), "");
        }
    }

    /**
     * The lines of the file are ids of processes, of which some may have ended: those have no command line any more.
     */
    private List<ProcessHandle> hangingProcesses() throws IOException {
        return Files.readAllLines(hanging).stream()
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .filter(process -> process.info().commandLine().isPresent())
                .toList();
    }

    /** A shell that runs this in the background may have it ignore SIGINT. */
    private static void assumeSignalArrives(String signal) throws IOException {
        ProgramRun shell = ProgramRun.run(
                new ProcessBuilder("bash", "-c", "trap 'exit 7' " + signal + "; kill -" + signal + " $$; exit 0"));
        assumeThat(shell.exitCode()).as("SIG" + signal + " is not ignored").isEqualTo(7);
    }
}
