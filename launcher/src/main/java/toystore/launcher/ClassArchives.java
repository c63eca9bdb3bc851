package toystore.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes the class archives of the services and the client, beside their jars: a program whose classes are loaded and
 * checked already starts in half the time. To learn which classes each program loads, it opens a store on free ports,
 * shops in it, and closes it.
 *
 * <p>For a suffix that ends in {@code .aot} it makes AOT caches (JEP 514, JEP 515) instead. They also hold profiles of
 * the code, from which C2 can compile it without waiting for new ones; so here it shops for some seconds.
 *
 * <p>{@code java -jar launcher.jar JAVA HOME SCRATCH_FOLDER SUFFIX [OPTION...]}, where HOME is a source tree or an
 * unpacked release, makes {@code catalog-SUFFIX} and three more beside the jars, for the JVM of that {@code java} with
 * these options. The exit code is 1 if one of them could not be made. It leaves its scratch folder to the caller, and
 * its processes, if it is killed.
 */
public final class ClassArchives {
    private static final List<String> PROGRAMS = List.of("catalog", "orders", "frontend", "client");
    private static final int SECONDS_TO_STOP = 60;
    private static final int SECONDS_TO_SHOP = 8; // at most

    private final Path project;
    private final Path scratch;
    private final String java;
    private final String suffix;
    private final List<String> options;

    /** Whether to make AOT caches. */
    private final boolean aot;

    private ClassArchives(String java, Path project, Path scratch, String suffix, List<String> options) {
        this.java = java;
        this.project = project;
        this.scratch = scratch;
        this.suffix = suffix;
        this.options = options;
        this.aot = suffix.endsWith(".aot");
    }

    public static void main(String[] args) throws Exception {
        ClassArchives archives = new ClassArchives(
                args[0],
                Path.of(args[1]),
                Path.of(args[2]),
                args[3],
                List.of(args).subList(4, args.length));
        FileTime begin = FileTime.from(Instant.now());
        archives.record();
        archives.dump();
        System.exit(archives.install(begin) ? 0 : 1);
    }

    /** Opens a store, uses it, and closes it. A JVM writes what it recorded when it ends. */
    private void record() throws IOException, InterruptedException {
        String data = scratch.resolve("data").toString();
        List<Process> services = new ArrayList<>();
        try {
            String catalog =
                    start(services, "catalog", "--data", data, "--restock-every", "100ms", "--restock-to", "1000000");
            String orders = start(services, "orders", "--data", data, "--catalog", catalog);
            String store = start(services, "frontend", "--catalog", catalog, "--orders", orders);
            get("http://" + store + "/ready");
            get("http://" + store + "/metrics");
            Process client = record("client", shopping(store));
            if (aot) {
                CompletableFuture.delayedExecutor(SECONDS_TO_SHOP, TimeUnit.SECONDS)
                        .execute(client.toHandle()::destroy);
            }
            client.inputReader().lines().forEach(System.err::println);
            client.waitFor();
        } finally {
            services.forEach(Process::destroy);
            for (Process service : services) {
                if (!service.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                    service.destroyForcibly();
                }
            }
        }
    }

    /** To know its classes, a few orders suffice; for profiles of its code, more than 5,000 did no better. */
    private List<String> shopping(String store) {
        String shoppers = aot ? "10" : "1";
        String iterations = aot ? "500" : "3";
        return List.of(store, shoppers, "1", "--iterations", iterations, "--warmup", "0s");
    }

    /** Starts a service on a free port; returns its address once it is ready. */
    private String start(List<Process> services, String service, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(List.of(arguments));
        Process process = record(service, all);
        services.add(0, process); // the last one stops first
        BufferedReader stdout = process.inputReader();
        String prefix = "ready " + service + " ";
        String line = stdout.readLine();
        if (line == null || !line.startsWith(prefix)) {
            throw new IOException(service + " did not start");
        }
        return line.substring(prefix.length());
    }

    private Process record(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java, "-XX:+DisplayVMOutputToStderr"));
        command.addAll(
                aot
                        ? List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded(program))
                        : List.of("-XX:DumpLoadedClassList=" + recorded(program)));
        if (!aot || program.equals("client")) {
            command.add("-XX:TieredStopAtLevel=1"); // without C2 there are no profiles
        }
        command.addAll(options);
        command.addAll(List.of(
                "-Xlog:disable", "-Xlog:all=error:stderr", "-jar", jar(program).toString()));
        command.addAll(arguments);
        return start(command);
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("TOYSTORE_"));
        return builder.start();
    }

    private static void get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        HttpClient.newHttpClient().send(request, BodyHandlers.discarding());
    }

    /** With G1, the only collector that writes objects, too; the others read them. */
    private void dump() throws IOException, InterruptedException {
        Map<String, Process> dumps = new HashMap<>();
        for (String program : PROGRAMS) {
            List<String> command = new ArrayList<>(List.of(java, "-XX:+UseG1GC"));
            command.addAll(
                    aot
                            ? List.of(
                                    "-XX:AOTMode=create",
                                    "-XX:+IgnoreUnrecognizedVMOptions",
                                    "-XX:+UnlockDiagnosticVMOptions",
                                    "-XX:-AOTAdapterCaching", // machine code, which another processor may not know
                                    "-XX:AOTConfiguration=" + recorded(program),
                                    "-XX:AOTCache=" + archive(program))
                            : List.of(
                                    "-Xshare:dump",
                                    "-XX:SharedClassListFile=" + recorded(program),
                                    "-XX:SharedArchiveFile=" + archive(program)));
            command.addAll(List.of(
                    "-Xlog:disable",
                    "-Xlog:all=error:stderr",
                    "-jar",
                    jar(program).toString()));
            dumps.put(program, start(command));
        }
        for (Map.Entry<String, Process> dump : dumps.entrySet()) {
            dump.getValue().inputReader().lines().forEach(System.err::println);
            if (dump.getValue().waitFor() != 0) {
                Files.deleteIfExists(archive(dump.getKey()));
            }
        }
    }

    /** Puts the archives beside their jars; false if one is missing. A jar that was built meanwhile is newer. */
    private boolean install(FileTime begin) throws IOException {
        boolean all = true;
        for (String program : PROGRAMS) {
            if (Files.exists(archive(program))) {
                Files.setLastModifiedTime(archive(program), begin);
                Path target = jar(program).resolveSibling(program + "-" + suffix);
                Files.move(archive(program), target, StandardCopyOption.REPLACE_EXISTING);
            } else {
                System.err.println("no archive of " + program + " was made");
                all = false;
            }
        }
        return all;
    }

    private Path recorded(String program) {
        return scratch.resolve(program + ".recorded");
    }

    private Path archive(String program) {
        return scratch.resolve(program + ".archive");
    }

    /** Returns the jar of a program: in a release it is in lib, in a source tree where the build makes it. */
    private Path jar(String program) {
        Path lib = project.resolve("lib");
        Path parent = Files.isDirectory(lib) ? lib : project.resolve(program).resolve("target");
        return parent.resolve(program + ".jar");
    }
}
