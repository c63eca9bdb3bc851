package toystore.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The programs of a source tree, as a build makes them, or of an unpacked release. */
public final class ProgramJars {
    private ProgramJars() {}

    /**
     * Returns the jar of a program.
     *
     * @param flag names the folder, for the error message
     * @throws IllegalArgumentException if the program is not built
     */
    public static Path find(String flag, Path home, String program) {
        Path lib = home.resolve("lib"); // of a release
        Path parent = Files.isDirectory(lib) ? lib : home.resolve(program).resolve("target");
        Path jar = parent.resolve(program + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalArgumentException(
                    flag + " is " + home + ", but there is no " + jar + "; has it been built?");
        }
        return jar;
    }

    /**
     * Returns the JVM flags that use the class archive of a jar or of a link to it; none if there is no archive.
     *
     * <p>{@code ./toystore archives} writes one archive beside each jar for one JVM. A program that uses it starts in
     * half the time. A JVM ignores an archive that does not fit.
     */
    public static List<String> archiveFlags(Path jar) {
        String program = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        Path archive = jar.resolveSibling(program + "-" + Runtime.version() + ".jsa");
        try {
            if (Files.size(archive) > 0) { // an empty file says that no archive could be made
                // newer JVMs report an archive that does not fit on stdout
                return List.of(
                        "-Xlog:disable", "-Xlog:all=warning,cds*=off:stderr", "-XX:SharedArchiveFile=" + archive);
            }
        } catch (IOException none) {
            return List.of();
        }
        return List.of();
    }
}
