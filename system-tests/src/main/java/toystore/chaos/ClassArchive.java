package toystore.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The archive of a program's classes that {@code ./toystore archives} makes beside its jar, for one JVM. With it the
 * program starts in half the time. A JVM takes no archive that does not fit, and runs the program without.
 */
public final class ClassArchive {
    private ClassArchive() {}

    /** What to tell a JVM like this one, so that it uses the archive of that jar or of a link to it, if there is one. */
    public static List<String> flags(Path jar) {
        String program = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        Path archive = jar.resolveSibling(program + "-" + Runtime.version() + ".jsa");
        try {
            if (Files.size(archive) > 0) { // an empty one says that none could be made
                // newer JVMs say on stdout that one does not fit
                return List.of(
                        "-Xlog:disable", "-Xlog:all=warning,cds*=off:stderr", "-XX:SharedArchiveFile=" + archive);
            }
        } catch (IOException none) {
            return List.of();
        }
        return List.of();
    }
}
