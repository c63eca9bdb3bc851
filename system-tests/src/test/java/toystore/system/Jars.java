package toystore.system;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toystore.chaos.ClassArchive;
import toystore.durable.testing.FaultyStorage;

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
        return java(program, List.of("-jar", of(program).toString()), arguments);
    }

    /** The command line that runs a class of the tests, with a program's jar and {@link FaultyStorage} at hand. */
    static List<String> command(String program, Class<?> main, String... arguments) {
        String classPath =
                String.join(File.pathSeparator, of(program).toString(), placeOf(main), placeOf(FaultyStorage.class));
        return java(program, List.of("-cp", classPath, main.getName()), arguments);
    }

    private static List<String> java(String program, List<String> what, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(ClassArchive.flags(of(program)));
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
