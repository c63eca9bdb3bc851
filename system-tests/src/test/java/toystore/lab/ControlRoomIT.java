package toystore.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.system.Jars;

/** The control room of the real program, with services that are killed. */
class ControlRoomIT {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    /** A command of the lab that has printed the link to its page. */
    private record RunningRoom(Process process, String url, String token, List<String> lines) implements AutoCloseable {
        /** Ends it with its store. */
        @Override
        public void close() throws IOException {
            List<ProcessHandle> services = services(process);
            process.destroy();
            try {
                if (!process.waitFor(1, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    services.forEach(ProcessHandle::destroyForcibly);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    /** The services that a lab has started; it also has a guard, which ends after it. */
    private static List<ProcessHandle> services(Process lab) {
        return lab.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .toList();
    }

    @Test
    void showsAKillAndAnOutageAndLosesNothingAndLeavesNothing() throws Exception {
        Path store;
        List<ProcessHandle> processes;
        try (RunningRoom lab = start(3, "lab", "--seed", "3", "--shoppers", "3")) {
            store = Path.of(lab.lines().get(1).replaceAll(".*\\(files: (.*)\\)", "$1"));
            assertThat(store.resolve("LAB")).isRegularFile();
            await().until(() -> score(lab, "acknowledged") > 20);

            await().until(() -> events(lab, "epoch").count() > 0); // the first epoch is seen before it ends
            // on a busy machine, the last acknowledgement before a kill may reach its shopper late
            await().until(() -> killOrders(lab) <= 50);
            await().until(() -> events(lab, "epoch").count() > 1);

            assertNothingIsLost(lab);
            await().until(() -> tracedServices(lab).equals(Set.of("frontend", "orders", "catalog")));

            act(lab, "{\"action\":\"freeze\",\"services\":[\"catalog\"]}");
            await().until(() -> service(lab, "catalog").get("state").asString().equals("frozen"));
            processes = lab.process().descendants().toList();
            assertThat(services(lab.process())).hasSize(3);

            lab.process().destroy();
            assertThat(lab.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(store).doesNotExist();
        await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive)); // the guard ends after the lab
    }

    private void assertNothingIsLost(RunningRoom lab) throws Exception {
        assertThat(check(lab).toString()).contains("\"state\":\"done\"", "audit: exit code 0", "\"other\":0");
        assertThat(List.of(score(lab, "lost"), score(lab, "doubled"), score(lab, "oversold")))
                .containsOnly(0L);
    }

    /** Over TLS; the other labs of this class are plain. */
    @Test
    void doesWhatItsButtonsSayAndLosesNothing() throws Exception {
        try (RunningRoom lab = start(3, "lab", "--tls", "--seed", "5", "--shoppers", "2")) {
            assertThat(lab.lines().get(1)).contains("its store: https://127.0.0.1:");
            await().until(() -> score(lab, "acknowledged") > 20);

            assertThat(act(lab, "{\"action\":\"kill\",\"services\":[\"orders\"],\"restart\":false}"))
                    .isEqualTo(202);
            await().until(() -> service(lab, "orders").get("state").asString().equals("dead"));
            assertThat(service(lab, "orders").get("exit_code").asInt()).isEqualTo(137);
            assertThat(act(lab, "{\"action\":\"start\",\"services\":[\"orders\"]}"))
                    .isEqualTo(202);
            await().until(() -> allAre(lab, "up"));
            assertThat(events(lab, "start").map(start -> start.get("text").asString()))
                    .filteredOn("start orders"::equals)
                    .hasSize(1);

            // one service is killed and started while the stop waits for another one
            long before = pid(lab, "catalog");
            act(lab, "{\"action\":\"freeze\",\"services\":[\"frontend\"]}");
            act(lab, "{\"action\":\"stop\",\"services\":[\"catalog\",\"frontend\"]}");
            act(lab, "{\"action\":\"kill\",\"services\":[\"catalog\"]}");
            await().until(() -> pid(lab, "catalog") != before);
            long catalog = pid(lab, "catalog");
            act(lab, "{\"action\":\"kill\",\"services\":[\"frontend\"]}");
            await().until(() -> event(lab, "stop").path("end").isNumber());
            await().until(() -> allAre(lab, "up"));
            assertThat(pid(lab, "catalog")).isEqualTo(catalog);

            assertThat(act(lab, "{\"action\":\"random\",\"on\":true,\"seed\":4}"))
                    .isEqualTo(202);
            assertThat(act(lab, "{\"action\":\"random\",\"on\":true}")).isEqualTo(409);
            assertThat(state(lab).get("random").toString()).isEqualTo("{\"on\":true,\"seed\":4}");
            assertThat(act(lab, "{\"action\":\"random\",\"on\":false}")).isEqualTo(202);
            assertThat(act(lab, "{\"action\":\"random\",\"on\":false}")).isEqualTo(409);
            await().until(() -> event(lab, "random").path("end").isNumber());
            await().until(() -> allAre(lab, "up"));
            assertNothingIsLost(lab);
        }
    }

    @Test
    void tellsAnOrderOfAnotherClientAnUnfinishedCheckAndAFailedAudit() throws Exception {
        try (RunningRoom lab = start(3, "lab", "--seed", "6", "--shoppers", "2")) {
            URI store = URI.create(lab.lines().get(1).replaceAll(".*(http://\\S*).*", "$1"));
            HttpRequest order = HttpRequest.newBuilder(store.resolve("/orders"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"name\":\"Marbles\",\"quantity\":3}"))
                    .build();
            assertThat(http.send(order, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
            for (int i = 0; i < 2; i++) {
                assertThat(check(lab).toString())
                        .contains("\"state\":\"done\"", "1 of them was placed by other clients", "audit: exit code 0")
                        .contains("\"lost\":0,\"doubled\":0,\"oversold\":0,\"other\":0");
            }

            act(lab, "{\"action\":\"freeze\",\"services\":[\"orders\"]}");
            assertThat(check(lab).toString())
                    .contains("\"state\":\"failed\"", "the check could not be finished: ")
                    .contains("\"lost\":null,\"doubled\":null,\"oversold\":null,\"other\":null");
            assertThat(event(lab, "check").get("text").asString()).isEqualTo("check: not finished");
            act(lab, "{\"action\":\"thaw\",\"services\":[\"orders\"]}");
            await().until(() -> allAre(lab, "up"));

            damage(Path.of(state(lab).get("folder").asString(), "data"));
            assertThat(check(lab).toString())
                    .contains("\"state\":\"done\"", "OTHER: the audit: exit code ")
                    .contains("\"lost\":0,\"doubled\":0,\"oversold\":0,\"other\":1");
            assertThat(score(lab, "other")).isEqualTo(1);
        }
    }

    /** Changes a letter in the first line of the order log. */
    private static void damage(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            Path log = files.filter(file -> file.getFileName().toString().matches("orders-[0-9]+\\.log"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap("x".getBytes(UTF_8)), 0);
            }
        }
    }

    /** Checks, and returns the result. */
    private JsonNode check(RunningRoom lab) throws Exception {
        assertThat(act(lab, "{\"action\":\"check\"}")).isEqualTo(202);
        await().until(() -> !state(lab).get("check").get("state").asString().equals("running"));
        return state(lab).get("check");
    }

    @Test
    void leavesNothingIfASignalEndsItWhileItOpens() throws Exception {
        Path errors = folder.resolve("errors");
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        List<String> command =
                new ArrayList<>(Jars.command("lab", "lab", "--home", Jars.root().toString()));
        command.add(1, "-Djava.io.tmpdir=" + temporary);
        Process lab = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        try {
            await().until(() -> services(lab).size() == 3);
            List<ProcessHandle> processes = lab.descendants().toList();

            lab.destroy();

            assertThat(lab.waitFor(1, TimeUnit.MINUTES)).isTrue();
            await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(errors).isEmptyFile();
            assertThat(temporary).isDirectoryNotContaining("glob:**toystore-lab-*");
        } finally {
            lab.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void watchesAStoreAndChangesNothing(boolean tls) throws Exception {
        ProcessBuilder launcher = launcher("up");
        if (tls) {
            launcher.command().add("--tls");
        }
        assertThat(launcher.start().waitFor()).isZero();
        try (RunningRoom watch =
                start(1, "watch", "--data", folder.resolve("data").toString())) {
            await().until(() -> allAre(watch, "up"));
            assertThat(watch.token()).isEmpty();
            assertThat(state(watch).get("url").asString()).startsWith(tls ? "https://" : "http://");
            assertThat(act(watch, "{\"action\":\"kill\",\"services\":[\"orders\"]}"))
                    .isEqualTo(404);
            await().until(() -> !newest(watch, "p99").isNull());
            assertThat(newest(watch, "orders_service").asString()).isEqualTo("up");
            assertThat(state(watch).get("score").isNull()).isTrue();
            long pid = service(watch, "orders").get("pid").asLong();

            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            await().until(() -> service(watch, "orders").get("state").asString().equals("dead"));
            assertThat(launcher("up").start().waitFor()).isZero();
            await().until(() -> allAre(watch, "up"));
            assertThat(service(watch, "orders").get("pid").asLong()).isNotEqualTo(pid);
            assertThat(event(watch, "stop").get("text").asString()).isEqualTo("orders has ended");
            await().until(() -> event(watch, "ready").has("text"));

            assertThat(launcher("down").start().waitFor()).isZero();
            await().until(() -> state(watch).get("title").asString().endsWith("the store is closed"));
            assertThat(newest(watch, "orders").isNull()).isTrue();
        } finally {
            launcher("down").start().waitFor();
        }
    }

    @Test
    void findsCellsThatAreOpenedLaterAndShowsTheirDatabase() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data/db")).getParent();
        try (LocalCluster database = LocalCluster.temporary(ClusterOptions.fast(1));
                RunningRoom watch = start(1, "watch", "--data", data.toString())) {
            Files.writeString(data.resolve("db/url"), database.url() + "\n");
            ProcessBuilder init = launcher("db");
            init.command().add("init");
            assertThat(init.start().waitFor()).isZero();
            assertThat(state(watch).get("title").asString()).endsWith("the store is closed");
            ProcessBuilder up = launcher("up");
            up.command().addAll(List.of("--cells", "2"));
            assertThat(up.start().waitFor()).isZero();

            await().until(() -> allAre(watch, "up"));
            await().until(() -> database(watch, "orders").asLong(-1) == 0);
            assertThat(database(watch, "name").asString()).isEqualTo("local, in " + data.resolve("db"));
            assertThat(database(watch, "problem").isNull()).isTrue();
            await().until(() -> newest(watch, "units").asLong(-1) > 0);
            for (String column : List.of("log_bytes", "lag", "reservations", "epoch")) {
                assertThat(newest(watch, column).isNull()).as(column).isTrue();
            }
            assertThat(state(watch).get("recovery").isNull()).isTrue();
            assertThat(state(watch).get("folder").asString()).endsWith("cell-1");

            database.kill();
            await().until(() -> !database(watch, "problem").isNull());
            assertThat(event(watch, "database").get("text").asString()).startsWith("the database at ");
        } finally {
            launcher("down").start().waitFor();
        }
    }

    private JsonNode database(RunningRoom room, String field) throws Exception {
        return state(room).path("database").path(field);
    }

    /** Starts a command, and waits until it has printed so many lines. */
    private RunningRoom start(int lineCount, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (arguments[0].equals("lab")) {
            all.addAll(List.of("--home", Jars.root().toString()));
        }
        Process process = new ProcessBuilder(Jars.command("lab", all.toArray(String[]::new)))
                .redirectError(Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader(UTF_8);
        List<String> lines = new ArrayList<>();
        while (lines.size() < lineCount) {
            String line = out.readLine();
            assertThat(line).as("after " + lines).isNotNull();
            lines.add(line);
        }
        String[] link = lines.get(0).replaceAll(".*: (http.*)", "$1").split("/(#token=)?", -1);
        return new RunningRoom(process, "http://" + link[2], link[3], lines);
    }

    private ProcessBuilder launcher(String command) throws IOException {
        ProcessBuilder launcher = new ProcessBuilder(
                "bash",
                Jars.root().resolve("toystore").toString(),
                command,
                "--data",
                folder.resolve("data").toString());
        launcher.redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT);
        if (command.equals("up")) {
            launcher.command().addAll(List.of("--port", "0", "--catalog-port", "0", "--orders-port", "0"));
        }
        launcher.environment().put("TOYSTORE_NO_BUILD", "1");
        launcher.environment().put("TOYSTORE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return launcher;
    }

    private int act(RunningRoom room, String action) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(room.url() + "/api/action"))
                .header("Authorization", "Bearer " + room.token())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(action))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private JsonNode get(RunningRoom room, String path) throws Exception {
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(URI.create(room.url() + path)).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    private JsonNode state(RunningRoom room) throws Exception {
        return get(room, "/api/state?since=0");
    }

    private long score(RunningRoom room, String name) throws Exception {
        return state(room).get("score").get(name).asLong();
    }

    private JsonNode service(RunningRoom room, String name) throws Exception {
        return elements(state(room).get("services"))
                .filter(service -> service.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private long pid(RunningRoom room, String service) throws Exception {
        return service(room, service).get("pid").asLong();
    }

    private boolean allAre(RunningRoom room, String state) throws Exception {
        JsonNode services = state(room).get("services");
        return !services.isEmpty()
                && elements(services)
                        .allMatch(service -> service.get("state").asString().equals(state));
    }

    /** Returns the value of a column in the newest sample. */
    private JsonNode newest(RunningRoom room, String column) throws Exception {
        JsonNode recording = get(room, "/api/recording");
        List<JsonNode> samples = elements(recording.get("samples")).toList();
        List<String> columns =
                elements(recording.get("columns")).map(JsonNode::asString).toList();
        return samples.get(samples.size() - 1).get(columns.indexOf(column));
    }

    private Stream<JsonNode> events(RunningRoom room, String kind) throws Exception {
        return elements(get(room, "/api/recording").get("events"))
                .filter(event -> event.get("kind").asString().equals(kind));
    }

    /** Returns the newest event of a kind; a missing node if there is none. */
    private JsonNode event(RunningRoom room, String kind) throws Exception {
        return events(room, kind).reduce(MAPPER.missingNode(), (before, event) -> event);
    }

    /** Kills orders, and returns how long after that the outage began, in milliseconds, once orders is up again. */
    private long killOrders(RunningRoom lab) throws Exception {
        long kills = events(lab, "kill").count();
        long pid = pid(lab, "orders");

        assertThat(act(lab, "{\"action\":\"kill\",\"services\":[\"orders\"]}")).isEqualTo(202);

        await().until(() -> events(lab, "kill").count() > kills);
        await().until(() -> event(lab, "kill").path("end").isNumber());
        await().until(() -> service(lab, "orders").get("state").asString().equals("up"));
        assertThat(pid(lab, "orders")).isNotEqualTo(pid);
        JsonNode kill = event(lab, "kill");
        JsonNode outage = events(lab, "outage")
                .filter(event -> event.get("end").asLong() == kill.get("end").asLong())
                .findFirst()
                .orElseThrow();
        return outage.get("t").asLong() - kill.get("t").asLong();
    }

    /** The services that the log of the newest order of the probe names. */
    private Set<String> tracedServices(RunningRoom room) throws Exception {
        String id = elements(state(room).get("traces"))
                .reduce((before, trace) -> trace)
                .orElseThrow()
                .get("id")
                .asString();
        return elements(get(room, "/api/trace?id=" + id).path("spans"))
                .map(span -> span.get("service").asString())
                .collect(Collectors.toSet());
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
