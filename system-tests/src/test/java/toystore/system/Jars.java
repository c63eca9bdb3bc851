package toystore.system;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toystore.durable.testing.FaultyStorage;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;

/** The jars of the programs under test. */
public final class Jars {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Jars() {}

    /** Returns the project folder. */
    public static Path root() {
        return ROOT;
    }

    static Path of(String program) {
        Path jar = ROOT.resolve(program).resolve("target").resolve(program + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("no " + jar + ": run ./toystore test, which builds it first");
        }
        return jar;
    }

    /** Returns the command line of a program on the JVM of the tests, with flags for a quick start. */
    public static List<String> command(String program, String... arguments) {
        return java(program, List.of("-jar", of(program).toString()), arguments);
    }

    /**
     * Returns the command line of a class of the tests, with a program's jar and {@link FaultyStorage} on its class
     * path.
     */
    static List<String> command(String program, Class<?> main, String... arguments) {
        String classPath =
                String.join(File.pathSeparator, of(program).toString(), placeOf(main), placeOf(FaultyStorage.class));
        return java(program, List.of("-cp", classPath, main.getName()), arguments);
    }

    /** Starts a service and waits until it is ready. It logs to {@code <service>.log} in the folder. */
    static ServiceProcess start(Path folder, String service, String... arguments) throws IOException {
        ProcessBuilder command = new ProcessBuilder(command(service, arguments));
        return ServiceProcess.start(service, command, folder.resolve(service + ".log"))
                .awaitReady();
    }

    private static List<String> java(String program, List<String> what, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=5", "-XX:+UseSerialGC"));
        command.addAll(ProgramJars.archiveFlags(of(program)));
        command.addAll(what);
        command.addAll(List.of(arguments));
        return command;
    }

    private static String placeOf(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }
}
