package toystore.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import toystore.process.FreePorts;

/**
 * The script that runs a store, with an environment of its own: free ports, a data folder in the test's folder, no
 * builds. Closing it kills the store.
 */
final class Launcher implements AutoCloseable {
    static final List<String> PORTS = List.of("TOYSTORE_PORT", "TOYSTORE_CATALOG_PORT", "TOYSTORE_ORDERS_PORT");

    /** Added to the environment of this process; a null removes a variable. */
    final Map<String, String> environment = new HashMap<>();

    private final Path folder;
    private final Path script;
    private int commands;

    /** @param folder where the data folder is, and where the script is called */
    Launcher(Path folder, Path script) throws IOException {
        this.folder = folder;
        this.script = script;
        for (String port : PORTS) {
            environment.put(port, Integer.toString(FreePorts.next()));
        }
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("TOYSTORE_NO_BUILD", "1");
        environment.put("TOYSTORE_STOP_SECONDS", "2");
        environment.put("TOYSTORE_ACCESS_LOG", "on");
        environment.put("TOYSTORE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=5 -XX:+UseSerialGC");
        environment.put("TOYSTORE_DATA", data().toString());
        environment.put("TOYSTORE_ITERATIONS", "10");
        environment.put("TOYSTORE_WARMUP", "0s");
    }

    Launcher(Path folder) throws IOException {
        this(folder, Jars.root().resolve("toystore"));
    }

    Path data() {
        return folder.resolve("data");
    }

    /** The data folder of another store. */
    Path other() {
        return folder.resolve("other");
    }

    ProgramRun run(String... arguments) throws IOException {
        return ProgramRun.run(command(arguments));
    }

    /** Starts the script and does not wait for its end. */
    Running start(String... arguments) throws IOException {
        commands++;
        Path stdout = folder.resolve("stdout-" + commands);
        Path stderr = folder.resolve("stderr-" + commands);
        Process process = command(arguments)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        return new Running(process, stdout, stderr);
    }

    ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return builder;
    }

    @Override
    public void close() {
        killAllIn(folder);
    }

    /** Kills the processes whose command line names the folder, and waits until they are dead. */
    static void killAllIn(Path folder) {
        processesIn(folder).forEach(ProcessHandle::destroyForcibly);
        await().until(() -> processesIn(folder).isEmpty());
    }

    /** The processes whose command line names the folder. A process that has ended has none. */
    static List<ProcessHandle> processesIn(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
                .toList();
    }

    /** Copies the script, and the files that it needs, to a project of its own; returns the script. */
    static Path copyTo(Path project) throws IOException {
        Path script = Files.createDirectories(project).resolve("toystore");
        Path jar = Path.of("launcher/target/launcher.jar");
        Files.createDirectories(project.resolve(jar).getParent());
        Files.copy(Jars.root().resolve("toystore"), script);
        Files.copy(Jars.of("launcher"), project.resolve(jar));
        for (String part : List.of("build.sh", "cells.sh", "database.sh", "lock.sh", "services.sh", "tls.sh")) {
            Files.copy(
                    Jars.root().resolve("launcher").resolve(part),
                    project.resolve("launcher").resolve(part));
        }
        return script;
    }

    /** A folder for PATH with these programs alone. */
    static Path tools(Path folder, String... programs) throws IOException {
        for (String program : programs) {
            ProgramRun place = ProgramRun.run(new ProcessBuilder("bash", "-c", "command -v " + program));
            if (place.exitCode() == 0) {
                script(folder.resolve(program), "exec " + place.stdout().strip() + " \"$@\"\n");
            }
        }
        return folder;
    }

    /** A program in place of a real one. */
    static Path script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + body);
        if (!file.toFile().setExecutable(true, false)) {
            throw new IOException(file + " cannot be made executable");
        }
        return file;
    }

    /** Starts a process that the script takes for a service which it has started in this folder. */
    static Process service(Path run, String service) throws IOException {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "read -r line",
                        run.resolve(service + ".jar").toString())
                .start();
        Files.writeString(run.resolve(service + ".pid"), process.pid() + "\n");
        return process;
    }

    /** A JAVA_HOME whose java tells a version, and else does what the shell commands say. */
    static Path java(Path home, String version, String body) throws IOException {
        script(home.resolve("bin/javac"), "");
        script(home.resolve("bin/java"), """
                if [[ " $* " = *' -version '* ]]; then
                  echo 'openjdk version "%s"' >&2
                  echo 'OpenJDK 64-Bit Server VM (build %s, mixed mode)' >&2
                  exit
                fi
                """.formatted(version, version) + body);
        return home;
    }

    /** A command that was started. */
    record Running(Process process, Path stdout, Path stderr) {
        void awaitOnStderr(String text) {
            await().until(() -> readUnchecked(stderr).contains(text));
        }

        void signal(String name) throws IOException {
            ProgramRun.run(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())));
        }

        ProgramRun end() throws IOException {
            try {
                if (!process.waitFor(5, TimeUnit.MINUTES)) {
                    process.destroy();
                    throw new AssertionError(
                            "it did not end; it said " + readUnchecked(stdout) + readUnchecked(stderr));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            return new ProgramRun(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        }

        private static String readUnchecked(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
