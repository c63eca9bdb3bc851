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
import java.util.concurrent.TimeUnit;

/**
 * Makes the class archives of the services and the client, beside their jars: a program whose classes are loaded and
 * checked already starts in half the time. To learn which classes each program loads, it opens a store on free ports,
 * shops in it, and closes it.
 *
 * <p>{@code java -jar launcher.jar JAVA HOME SCRATCH_FOLDER SUFFIX}, where HOME is a source tree or an unpacked release,
 * makes {@code catalog-SUFFIX.jsa} and three more, for the JVM of that {@code java}. The exit code is 1 if one of them
 * could not be made. It leaves its scratch folder to the caller, and its processes, if it is killed.
 */
public final class ClassArchives {
    private static final List<String> PROGRAMS = List.of("catalog", "orders", "frontend", "client");
    private static final int SECONDS_TO_STOP = 20;

    private final Path project;
    private final Path scratch;
    private final String java;

    private ClassArchives(String java, Path project, Path scratch) {
        this.java = java;
        this.project = project;
        this.scratch = scratch;
    }

    public static void main(String[] args) throws Exception {
        ClassArchives archives = new ClassArchives(args[0], Path.of(args[1]), Path.of(args[2]));
        FileTime begin = FileTime.from(Instant.now());
        archives.recordClasses();
        archives.dump();
        System.exit(archives.install(args[3], begin) ? 0 : 1);
    }

    /** Opens a store, uses it, and closes it. A JVM writes the list of its classes when it ends. */
    private void recordClasses() throws IOException, InterruptedException {
        String data = scratch.resolve("data").toString();
        List<Process> services = new ArrayList<>();
        try {
            String catalog = start(services, "catalog", "--data", data);
            String orders = start(services, "orders", "--data", data, "--catalog", catalog);
            String store = start(services, "frontend", "--catalog", catalog, "--orders", orders);
            get("http://" + store + "/ready");
            get("http://" + store + "/metrics");
            Process client = record("client", List.of(store, "1", "1", "--iterations", "3", "--warmup", "0s"));
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
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:DumpLoadedClassList=" + scratch.resolve(program + ".classes"),
                "-jar",
                jar(program).toString()));
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
            dumps.put(
                    program,
                    start(List.of(
                            java,
                            "-Xshare:dump",
                            "-XX:+UseG1GC",
                            "-Xlog:disable",
                            "-Xlog:all=error:stderr",
                            "-XX:SharedClassListFile=" + scratch.resolve(program + ".classes"),
                            "-XX:SharedArchiveFile=" + archive(program),
                            "-jar",
                            jar(program).toString())));
        }
        for (Map.Entry<String, Process> dump : dumps.entrySet()) {
            dump.getValue().inputReader().lines().forEach(System.err::println);
            if (dump.getValue().waitFor() != 0) {
                Files.deleteIfExists(archive(dump.getKey()));
            }
        }
    }

    /** Puts the archives beside their jars; false if one is missing. A jar that was built meanwhile is newer. */
    private boolean install(String suffix, FileTime begin) throws IOException {
        boolean all = true;
        for (String program : PROGRAMS) {
            if (Files.exists(archive(program))) {
                Files.setLastModifiedTime(archive(program), begin);
                Path target = jar(program).resolveSibling(program + "-" + suffix + ".jsa");
                Files.move(archive(program), target, StandardCopyOption.REPLACE_EXISTING);
            } else {
                System.err.println("no archive of " + program + " was made");
                all = false;
            }
        }
        return all;
    }

    private Path archive(String program) {
        return scratch.resolve(program + ".jsa");
    }

    /** Returns the jar of a program: in a release it is in lib, in a source tree where the build makes it. */
    private Path jar(String program) {
        Path lib = project.resolve("lib");
        Path parent = Files.isDirectory(lib) ? lib : project.resolve(program).resolve("target");
        return parent.resolve(program + ".jar");
    }
}
