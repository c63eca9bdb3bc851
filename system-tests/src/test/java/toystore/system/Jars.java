package toystore.system;

import java.nio.file.Files;
import java.nio.file.Path;

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

    /** The JVM that runs the tests runs the programs, too. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
