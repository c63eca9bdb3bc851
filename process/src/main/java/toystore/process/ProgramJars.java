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
     * Returns the JVM flags that use the archive of a jar, or of a link to it; none if there is no archive.
     *
     * <p>{@code ./toystore archives} writes one archive beside each jar for one JVM: an AOT cache, or with an older JVM
     * a class archive. A program that uses it starts in half the time. A JVM ignores an archive that does not fit.
     */
    public static List<String> archiveFlags(Path jar) {
        String name = jar.getFileName().toString().replaceFirst("\\.jar$", "") + "-" + Runtime.version();
        Path cache = jar.resolveSibling(name + ".aot");
        Path classes = jar.resolveSibling(name + ".jsa");
        // newer JVMs report an archive that does not fit on stdout
        if (hasContent(cache)) {
            return List.of("-Xlog:disable", "-Xlog:all=warning,cds*=off,aot*=off:stderr", "-XX:AOTCache=" + cache);
        }
        if (hasContent(classes)) {
            return List.of("-Xlog:disable", "-Xlog:all=warning,cds*=off:stderr", "-XX:SharedArchiveFile=" + classes);
        }
        return List.of();
    }

    /** Whether an archive was made; an empty file says that none could be made. */
    private static boolean hasContent(Path archive) {
        try {
            return Files.size(archive) > 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
