package toystore.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.Address;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.process.FreePorts;
import toystore.process.ServiceProcess;
import toystore.tls.Identity;
import toystore.tls.Tls;

/** The units for systemd, as far as they can be tried without it as process 1. */
class SystemdUnitsIT {
    private static final Path UNITS = Jars.root().resolve("deploy/systemd");
    private static final Pattern EXEC_START = Pattern.compile("(?m)^ExecStart=(.*)$");
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

    /** With other ports and folders. Users, and what the units forbid, need systemd. */
    @Test
    void theirCommandsOpenAStore() throws Exception {
        Path tls = folder.resolve("tls");
        certs(tls);

        open(tls, Map.of(), store -> {
            byte[] before = Files.readAllBytes(tls.resolve("frontend.pem"));
            certs(tls);
            assertThat(tls.resolve("frontend.pem"))
                    .satisfies(file -> assertThat(Files.readAllBytes(file)).isNotEqualTo(before));
        });
    }

    /** The files for a cell, with the server of this test, and with its password where systemd puts credentials. */
    @Test
    void withTheFilesForADatabaseTheyOpenACell() throws Exception {
        Path tls = folder.resolve("tls");
        certs(tls);
        Path password = folder.resolve("credentials/db-password");
        try (LocalCluster database = LocalCluster.temporary(ClusterOptions.fast(1))) {
            Map<String, String> settings = database(database.url(), password);
            assertThat(settings.get("TOYSTORE_DB")).doesNotContain("password");
            ProcessBuilder init = new ProcessBuilder(Jars.command("db", "init"));
            init.environment().putAll(settings);
            ProgramRun initialized = ProgramRun.run(init);
            assertThat(initialized.exitCode())
                    .as(initialized.stdout() + initialized.stderr())
                    .isZero();

            open(tls, settings, store -> {
                HttpResponse<String> order = store.send(HttpRequest.newBuilder(store.uri("/orders"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":1}")));
                assertThat(order.statusCode()).as(order.body()).isEqualTo(201);
                assertThat(folder.resolve("data/orders-00000000000000000001.log"))
                        .doesNotExist();
            });
        }
    }

    /** The settings of the file for {@code /etc/toystore}, and those of the drop-in, which is the same for both services. */
    private Map<String, String> database(String url, Path password) throws IOException {
        Map<String, String> settings = new HashMap<>();
        Matcher setting = Pattern.compile("(?m)^(TOYSTORE_DB)=jdbc:postgresql://([^/]+)/toystore\\?user=toystore&(.*)$")
                .matcher(Files.readString(folder.resolve("database.env")));
        assertThat(setting.find()).isTrue();
        assertThat(setting.group(3)).isEqualTo("sslmode=verify-full&sslrootcert=/etc/toystore/database-ca.pem");
        Matcher secret = Pattern.compile("[?&]password=([^&]*)").matcher(url);
        assertThat(secret.find()).isTrue();
        Files.createDirectories(password.getParent());
        Files.writeString(password, URLDecoder.decode(secret.group(1), UTF_8));
        settings.put(
                setting.group(1),
                url.replaceFirst("([?&])password=[^&]*&?", "$1").replaceFirst("[?&]$", ""));

        String dropIn = Files.readString(folder.resolve("toystore-orders.service.d/database.conf"));
        assertThat(folder.resolve("toystore-catalog.service.d/database.conf")).hasContent(dropIn);
        assertThat(dropIn)
                .contains("\nEnvironmentFile=/etc/toystore/database.env\n")
                .contains("\nLoadCredential=db-password:/etc/toystore/db-password\n")
                .contains("\nEnvironment=TOYSTORE_DB_PASSWORD_FILE=%d/db-password\n");
        settings.put("TOYSTORE_DB_PASSWORD_FILE", password.toString());
        return settings;
    }

    /** A store that the units have opened. */
    private record OpenStore(Address address, HttpClient client) {
        URI uri(String path) {
            return URI.create("https://" + address + path);
        }

        HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    private interface Shopping {
        void in(OpenStore store) throws Exception;
    }

    /** Runs the commands of the units until the store is ready, and then the shopping. */
    private void open(Path tls, Map<String, String> more, Shopping shopping) throws Exception {
        Map<String, String> environment = environment(tls);
        environment.putAll(more);
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Tls.context(null, Tls.trusting(Identity.certificates(tls.resolve("ca.pem")))))
                .build();
        OpenStore store =
                new OpenStore(new Address("127.0.0.1", Integer.parseInt(environment.get("TOYSTORE_PORT"))), client);
        List<ServiceProcess> running = new ArrayList<>();
        try {
            for (String service : TestStore.SERVICES) {
                ProcessBuilder command = new ProcessBuilder(command("toystore-" + service + ".service", tls));
                command.environment().keySet().removeIf(name -> name.startsWith("TOYSTORE_"));
                command.environment().putAll(environment);
                running.add(ServiceProcess.start(service, command, folder.resolve(service + ".log"))
                        .awaitReady());
            }
            await().until(() ->
                    store.send(HttpRequest.newBuilder(store.uri("/ready"))).statusCode() == 200);
            shopping.in(store);
        } finally {
            for (ServiceProcess service : running) {
                service.close();
            }
        }
    }

    private void certs(Path tls) throws IOException {
        ProgramRun certs = ProgramRun.run(new ProcessBuilder(command("toystore-certs.service", tls)));
        assertThat(certs.exitCode()).as(certs.stderr()).isZero();
    }

    /** The command of a unit. */
    private List<String> command(String unit, Path tls) throws IOException {
        Matcher line = EXEC_START.matcher(Files.readString(folder.resolve(unit)));
        assertThat(line.find()).isTrue();
        String command = line.group(1)
                .replace(" $TOYSTORE_JAVA_OPTS", "")
                .replaceAll("/opt/toystore/lib/([a-z]+)\\.jar", Jars.root() + "/$1/target/$1.jar")
                .replace("/etc/toystore/tls", tls.toString())
                .replace("/var/lib/toystore", folder.resolve("data").toString());
        assertThat(command).doesNotContain("/opt/", "/etc/", "/var/");
        return List.of(command.split(" ", -1));
    }

    /** The settings of the file for {@code /etc/toystore}, with other ports. */
    private Map<String, String> environment(Path tls) throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve("toystore.env"))) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] setting = line.split("=", 2);
                environment.put(setting[0], setting[1].replace("/etc/toystore/tls", tls.toString()));
            }
        }
        assertThat(environment).containsEntry("TOYSTORE_PORT", "443").containsEntry("TOYSTORE_HOST", "0.0.0.0");
        environment.put("TOYSTORE_WARM_UP", "off"); // it lives for seconds
        environment.put("TOYSTORE_HOST", "127.0.0.1");
        environment.put("TOYSTORE_PORT", Integer.toString(FreePorts.next()));
        for (String service : List.of("CATALOG", "ORDERS")) {
            String port = Integer.toString(FreePorts.next());
            environment.put("TOYSTORE_" + service + "_PORT", port);
            environment.put("TOYSTORE_" + service, "127.0.0.1:" + port);
        }
        return environment;
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
