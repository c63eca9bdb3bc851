package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.process.FreePorts;

/** The script in places, on machines and with arguments that are not as it would like them. */
class LauncherEnvironmentIT {
    /** What may be in an environment, and changes what a careless script does. */
    private static final Map<String, String> UNUSUAL = Map.ofEntries(
            Map.entry("BASH_FUNC_cd%%", "() { echo \"cd $*\"; }"),
            Map.entry("BASH_FUNC_sed%%", "() { echo \"sed $*\"; }"),
            Map.entry("POSIXLY_CORRECT", "1"),
            Map.entry("SHELLOPTS", "braceexpand:hashall:noglob:interactive-comments"),
            Map.entry("GLOBIGNORE", "*"),
            Map.entry("IFS", "/"),
            Map.entry("GREP_OPTIONS", "--invert-match"),
            Map.entry("TMPDIR", "/no/such/folder"),
            Map.entry("LC_ALL", "C"));

    private static final List<String> UP = List.of(
            "--host",
            "--port",
            "--catalog-port",
            "--orders-port",
            "--tls",
            "--tls-cert",
            "--tls-key",
            "--peer-tls",
            "--db",
            "--db-password-file",
            "--cells");

    @TempDir
    Path folder;

    private Path home; // a project of its own, without jars
    private Launcher launcher;

    @BeforeEach
    void makeProject() throws IOException {
        home = folder.resolve("home");
        Launcher.copyTo(home);
        Files.copy(Jars.root().resolve("pom.xml"), home.resolve("pom.xml"));
        launcher = new Launcher(folder, home.resolve("toystore"));
    }

    @AfterEach
    void stopWhatRuns() {
        launcher.close();
    }

    @Test
    void opensAStoreInAnyPlaceAndWhateverIsInTheEnvironment() throws Exception {
        assumeThat(System.getProperty("sun.jnu.encoding"))
                .as("file names are in UTF-8")
                .isEqualTo("UTF-8");
        String name = "- \u00fc \u96ea\n'q\" $x *";
        Path place = folder.resolve(name);
        Launcher.copyTo(place);
        for (String service : List.of("catalog", "orders", "frontend")) {
            Path target = Files.createDirectories(place.resolve(service + "/target"));
            Files.copy(Jars.of(service), target.resolve(service + ".jar"));
        }
        Path decoy = Files.createDirectories(folder.resolve("decoy/" + name)).getParent();
        Path bashEnv = Files.writeString(folder.resolve("bash-env"), "set -f; cd() { echo no; }; shopt -s nullglob\n");

        ProcessBuilder up =
                new ProcessBuilder("bash", "--", name + "/toystore", "up", "--data", name).directory(folder.toFile());
        up.environment().putAll(launcher.command().environment());
        up.environment().putAll(UNUSUAL);
        up.environment().put("CDPATH", decoy.toString());
        up.environment().put("BASH_ENV", bashEnv.toString());
        ProgramRun open = ProgramRun.run(up);
        assertThat(open.exitCode()).as(open.stdout() + open.stderr()).isZero();
        assertThat(open.stdout()).startsWith("catalog serves on 127.0.0.1:");
        assertThat(open.stderr()).isEmpty();

        // what it says to call, called by a shell in the same folder
        int end = open.stdout().lastIndexOf("\nThe files of the store are in ");
        String hint = open.stdout().substring(open.stdout().lastIndexOf("\n  ", end) + 3, end);
        ProgramRun down = ProgramRun.run(new ProcessBuilder("bash", "-c", hint).directory(folder.toFile()));
        assertThat(down.stdout())
                .as(hint + down.stderr())
                .isEqualTo("frontend stopped\norders stopped\ncatalog stopped\n");
    }

    @ParameterizedTest
    @CsvSource({
        "CDPATH, decoy",
        "BASH_FUNC_cd%%, () { echo no; }",
        "BASH_FUNC_exec%%, () { echo no; }",
        "BASH_FUNC_printf%%, () { echo no; }",
        "BASH_FUNC_sed%%, () { echo no; }",
        "BASH_ENV, bash-env",
        "POSIXLY_CORRECT, 1",
    })
    void doesTheSameWhateverIsInTheEnvironment(String variable, String value) throws Exception {
        Files.createDirectories(folder.resolve("decoy/home"));
        Files.writeString(folder.resolve("bash-env"), "cd() { echo no; }\n");
        ProcessBuilder command = new ProcessBuilder("bash", "home/toystore", "--version").directory(folder.toFile());
        command.environment().put(variable, value);

        ProgramRun version = ProgramRun.run(command);

        assertThat(version.stdout()).startsWith("Toy Store ");
        assertThat(version.stderr()).isEmpty();
        assertThat(version.exitCode()).isZero();
    }

    @Test
    void saysThatJavaCannotRunFromSuchAPlace() throws Exception {
        Path colon = folder.resolve("a:b");
        Path script = Launcher.copyTo(colon);

        assertOneLine(new Launcher(folder, script).run("up"), 1, "Java cannot run programs in " + colon);
        assertOneLine(launcher.run("up", "--data", colon.toString()), 1, "Java cannot run programs in " + colon);
        String jar = folder.resolve("jar!").toString();
        assertOneLine(launcher.run("up", "--data", jar), 1, "Java cannot run programs in " + jar);
    }

    @Test
    void saysThatNoLocaleFitsThePlace() throws Exception {
        assumeThat(System.getProperty("sun.jnu.encoding"))
                .as("file names are in UTF-8")
                .isEqualTo("UTF-8");
        launcher.environment.put("LC_ALL", "C");
        Launcher.script(folder.resolve("tools/locale"), "[ $1 = -a ] && echo C || echo ANSI_X3.4-1968\n");
        launcher.environment.put("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"));

        ProgramRun up = launcher.run("up", "--data", folder.resolve("\u00fc").toString());

        assertOneLine(up, 1, "in the locale C, Java cannot open " + home);
        assertThat(up.stderr()).endsWith("; set LC_ALL to a UTF-8 locale\n");
    }

    @Test
    void refusesFlagsThatACommandDoesNotHave() throws Exception {
        for (String command : List.of("down", "status", "logs", "reset", "archives")) {
            for (String flag : UP) {
                refused(command, flag, "1");
                refused(command, flag + "=1");
            }
        }
        for (String command : List.of("up", "down", "status", "logs", "archives")) {
            refused(command, "--yes");
        }
        for (String command : List.of("up", "down", "status", "reset", "archives")) {
            refused(command, "--lines", "1");
            refused(command, "-f");
        }
        refused("archives", "--data", "x");
        refused("help", "--data", "x");
        refused("--version", "--data", "x");
        assertOneLine(launcher.run("reset", "--yes=1"), 2, "--yes takes no value");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private void refused(String... arguments) throws IOException {
        assertOneLine(launcher.run(arguments), 2, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "up|TOYSTORE_PORT|banana|TOYSTORE_PORT is \"banana\"; expected 0 (any free one) to 65535",
                "up|TOYSTORE_CATALOG_PORT|65536|TOYSTORE_CATALOG_PORT is \"65536\"; expected 0 (any free one) to 65535",
                "up|TOYSTORE_ORDERS_PORT|-1|TOYSTORE_ORDERS_PORT is \"-1\"; expected 0 (any free one) to 65535",
                "down|TOYSTORE_STOP_SECONDS|soon|TOYSTORE_STOP_SECONDS is \"soon\"; expected a whole number of "
                        + "seconds, up to 99999",
                "up|TOYSTORE_WAIT_SECONDS|a[1]|TOYSTORE_WAIT_SECONDS is \"a[1]\"; expected a whole number of "
                        + "seconds, up to 99999",
            })
    void namesTheVariableThatIsWrong(String command, String variable, String value, String complaint) throws Exception {
        launcher.environment.put(variable, value);

        ProgramRun refused = launcher.run(command);

        assertThat(refused.stderr()).isEqualTo("toystore: " + complaint + "\n");
        assertThat(refused.exitCode()).isEqualTo(2);
    }

    @Test
    void refusesOnePortForTwoServices() throws Exception {
        String port = launcher.environment.get("TOYSTORE_CATALOG_PORT");

        assertOneLine(
                launcher.run("up", "--port", port), 2, "--port is " + port + ", and so is the port of another service");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, TOYSTORE_PORT",
        "127.0.0.1, 127.0.0.1, TOYSTORE_ORDERS_PORT",
        "127.0.0.2, 127.0.0.2, TOYSTORE_CATALOG_PORT",
        "127.0.0.1, 0.0.0.0, TOYSTORE_PORT",
        "0.0.0.0, 127.0.0.1, TOYSTORE_PORT",
        "0.0.0.0, 127.0.0.2, TOYSTORE_PORT",
        "::1, ::1, TOYSTORE_PORT",
        "::1, [::1], TOYSTORE_PORT",
        "::1, ::, TOYSTORE_PORT",
        "127.0.0.1, ::, TOYSTORE_PORT",
    })
    void findsATakenPortBeforeItBuildsOrStartsAnything(String taken, String host, String variable) throws Exception {
        assumeIpv6(taken + host);
        recordBuilds();
        try (ServerSocket other = new ServerSocket(FreePorts.next(), 1, InetAddress.getByName(taken))) {
            launcher.environment.put(variable, Integer.toString(other.getLocalPort()));

            ProgramRun up = launcher.run("up", "--host", host);

            assertOneLine(
                    up, 1, variable + " is " + other.getLocalPort() + ", but the port is taken by another process");
            assertThat(launcher.data().resolve("run")).doesNotExist();
            assertThat(folder.resolve("builds")).doesNotExist();
        }
    }

    @Test
    void refusesAHostThatIsNotOfThisMachineBeforeItBuildsOrStartsAnything() throws Exception {
        ProgramRun addresses = ProgramRun.run(new ProcessBuilder("bash", "-c", "hostname -I 2>/dev/null"));
        assumeThat(addresses.stdout()).as("hostname -I lists addresses").isNotBlank();
        recordBuilds();

        assertOneLine(
                launcher.run("up", "--host", "203.0.113.7"),
                2,
                "--host is 203.0.113.7, which is not an address of this machine; it has 127.0.0.1 ");
        assertThat(folder.resolve("builds")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null/data", "/proc/no-such-folder", "/proc"})
    void saysInOneLineThatADataFolderCannotBeUsed(String data) throws Exception {
        assumeThat(Path.of("/proc/self")).as("this machine has /proc").exists();

        assertOneLine(launcher.run("up", "--data", data), 1, data.equals("/proc") ? data : "the data folder " + data);
    }

    @Test
    void saysInOneLineThatADiskIsFull() throws Exception {
        makeJar("catalog");
        Path data = Files.createDirectories(launcher.data());
        // no file can grow, which is as near as an ordinary user comes to a full disk
        String full = "(trap '' XFSZ; ulimit -f 0; exec \"$@\") 2>&1 | cat";
        ProcessBuilder command = launcher.command("up");
        command.command().addAll(0, List.of("bash", "-c", full, "bash"));

        ProgramRun up = ProgramRun.run(command);

        assertThat(up.stdout()).startsWith("toystore: the data folder " + data.toRealPath() + " cannot be written: ");
        assertThat(up.stdout().lines()).hasSize(1);
    }

    @Test
    void saysWhatIsMissingOnThisMachine() throws Exception {
        Path tools = Launcher.tools(
                folder.resolve("tools"), "bash", "cat", "flock", "grep", "head", "locale", "mkdir", "sed", "sleep");
        launcher.environment.remove("TOYSTORE_NO_BUILD");
        launcher.environment.put("PATH", tools.toString());
        assertOneLine(launcher.run("up"), 1, "no mvn found, and the store must be built");

        launcher.environment.put("JAVA_HOME", null);
        assertOneLine(launcher.run("up"), 1, "no java found: install a JDK 17 or newer");

        launcher.environment.put("JAVA_HOME", "/no/such/jdk");
        assertOneLine(launcher.run("up"), 1, "JAVA_HOME is /no/such/jdk, but there is no bin/java in it");

        Path old = Launcher.java(folder.resolve("old"), "1.8.0_292", "");
        launcher.environment.put("JAVA_HOME", old.toString());
        assertOneLine(launcher.run("up"), 1, old + "/bin/java is version 1.8.0_292; Toy Store needs 17 or newer");

        Path broken = folder.resolve("broken");
        Launcher.script(broken.resolve("bin/java"), "echo 'no libjvm.so' >&2; exit 1\n");
        launcher.environment.put("JAVA_HOME", broken.toString());
        assertOneLine(launcher.run("up"), 1, broken + "/bin/java does not run: no libjvm.so");

        Path jre = Launcher.java(folder.resolve("jre"), "17.0.1", "");
        Files.delete(jre.resolve("bin/javac"));
        Launcher.script(tools.resolve("mvn"), "");
        Launcher.script(tools.resolve("javac"), "");
        launcher.environment.put("JAVA_HOME", jre.toString());
        assertOneLine(launcher.run("up"), 1, jre + "/bin/java comes without javac, and the store must be built");
    }

    @Test
    void saysThatNothingIsBuiltAsItWasToldTo() throws Exception {
        assertOneLine(
                launcher.run("up"), 1, "there is no " + home + "/catalog/target/catalog.jar, and TOYSTORE_NO_BUILD");
        assertOneLine(
                launcher.run("audit"), 1, "there is no " + home + "/orders/target/orders.jar, and TOYSTORE_NO_BUILD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chaos", "lab", "watch", "bench"})
    void buildsAProgramThatUpDoesNotBuildToShowItsHelp(String command) throws Exception {
        recordBuilds();

        launcher.run(command, "--help");

        assertThat(folder.resolve("builds")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "loadtest", "certs", "trace", "audit"})
    void helpsWithoutBuilding(String command) throws Exception {
        recordBuilds();
        ProgramRun unbuilt = launcher.run(command, "--help");
        assertThat(unbuilt.exitCode()).as(unbuilt.stderr()).isZero();
        assertThat(unbuilt.stdout())
                .startsWith("  " + command + " ")
                .contains("The program lists its flags once it is built; ")
                .endsWith(" up builds it.\n");
        assertThat(unbuilt.stderr()).isEmpty();

        makeJar(command.matches("trace|audit") ? "orders" : command);
        launcher.environment.put(
                "JAVA_HOME",
                Launcher.java(folder.resolve("jdk"), "17.0.1", "echo \"${@:$#-1}\"\n")
                        .toString());
        assertThat(launcher.run(command, "--help").stdout()).endsWith(" --help\n");
        assertThat(folder.resolve("builds")).doesNotExist();
    }

    @Test
    void saysThatAStoreIsOpenWhereABrowserFindsIt() throws Exception {
        assumeIpv6("::");
        try (Launcher real = new Launcher(folder)) {
            ProgramRun up = real.run("up", "--host", "::");
            String url = "http://[::1]:" + real.environment.get("TOYSTORE_PORT");
            assertThat(up.stdout())
                    .contains("\nThe store is open: " + url + "/\n", "\n  curl '" + url + "/products/Tux'\n");
            assertThat(real.run("status").stdout()).endsWith("the store is open: " + url + "/\n");
            assertThat(real.run("client").exitCode()).isZero();
            assertThat(real.data().resolve("logs/catalog.log")).content().contains("catalog serves on [::1]:");
        }
    }

    private static void assertOneLine(ProgramRun program, int exitCode, String start) {
        assertThat(program.stderr()).startsWith("toystore: " + start);
        assertThat(program.stderr().lines()).as(program.stderr()).hasSize(1);
        assertThat(program.stdout()).isEmpty();
        assertThat(program.exitCode()).isEqualTo(exitCode);
    }

    private void makeJar(String program) throws IOException {
        Path target = Files.createDirectories(home.resolve(program + "/target"));
        Files.writeString(target.resolve(program + ".jar"), "no jar");
    }

    /** Builds are allowed, and leave a trace. */
    private void recordBuilds() throws IOException {
        Launcher.script(folder.resolve("maven/mvn"), "touch '" + folder.resolve("builds") + "'\nexit 1\n");
        launcher.environment.put("PATH", folder.resolve("maven") + ":" + System.getenv("PATH"));
        launcher.environment.remove("TOYSTORE_NO_BUILD");
    }

    private static void assumeIpv6(String address) throws SocketException {
        if (address.contains("::")) {
            Stream<InetAddress> loopback = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(InetAddress::isLoopbackAddress);
            assumeThat(loopback).as("this machine has IPv6").anyMatch(Inet6Address.class::isInstance);
        }
    }
}
