package toystore.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs under test, as the build makes them. */
final class Jars {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Jars() {}

    /** The folder of the whole project. */
    static Path root() {
        return ROOT;
    }

    static Path of(String program) {
        Path jar = ROOT.resolve(program).resolve("target").resolve(program + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("no " + jar + ": run ./toystore test, which builds it first");
        }
        return jar;
    }

    /** The command line that runs a program, on the JVM that runs the tests, set to start quickly. */
    static List<String> command(String program, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>();
        command.addAll(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                of(program).toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
