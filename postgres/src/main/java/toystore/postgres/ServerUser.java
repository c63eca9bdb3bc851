package toystore.postgres;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The user that the servers of a cluster run as: PostgreSQL refuses to run as root. Immutable.
 *
 * <p>Usually this is the user of this program. If that is root, {@code setpriv} changes to the user {@code postgres}, or
 * to uid 65534. If that user cannot enter the folder of the cluster, {@code unshare} maps root to another uid in a user
 * namespace: then root still owns the files. The owner of the cluster's folder says which of them it is.
 */
final class ServerUser {
    private static final int NOBODY = 65_534;
    private static final String OWNER = "unix:uid";
    private static final String GROUP = "unix:gid";

    private static final int FEW_LINES = 3;
    private static final Pattern ERROR =
            Pattern.compile("\\b(error|fatal|panic|could not|caught signal)\\b", Pattern.CASE_INSENSITIVE);

    /** The user of this program. */
    static final ServerUser SELF = new ServerUser(List.of(), -1, -1);

    private final List<String> prefix;
    private final int uid;
    private final int gid;

    private ServerUser(List<String> prefix, int uid, int gid) {
        this.prefix = List.copyOf(prefix);
        this.uid = uid;
        this.gid = gid;
    }

    /** Chooses a user for a new cluster, and lets it own the folder, which exists and is empty. */
    static ServerUser forNew(Path folder) throws IOException {
        if (self() != 0) {
            return owner(folder);
        }
        ServerUser unprivileged = setpriv(postgres("-u"), postgres("-g"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        unprivileged.own(folder);
        if (unprivileged.canWrite(folder)) {
            return unprivileged;
        }
        ServerUser mapped = unshare();
        mapped.own(folder);
        if (mapped.canWrite(folder)) {
            return mapped;
        }
        throw new IOException("PostgreSQL does not run as root, uid " + unprivileged.uid + " cannot enter " + folder
                + ", and unshare --map-user does not work here; use a folder that every user can enter, like one below"
                + " /tmp or /var/lib");
    }

    /** Returns the user of an existing cluster: the owner of its folder. */
    static ServerUser owner(Path folder) throws IOException {
        int uid = (Integer) Files.getAttribute(folder, OWNER);
        int gid = (Integer) Files.getAttribute(folder, GROUP);
        int self = self();
        if (self == uid) {
            return self == 0 ? unshare() : new ServerUser(List.of(), uid, gid);
        }
        if (self == 0) {
            return setpriv(uid, gid);
        }
        throw new IOException(folder + " belongs to uid " + uid + ", but this program runs as uid " + self);
    }

    private static ServerUser setpriv(int uid, int gid) {
        return new ServerUser(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups"), uid, gid);
    }

    private static ServerUser unshare() {
        return new ServerUser(List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"), 0, 0);
    }

    /** Lets this user own a file or folder; with root's rights only, and else it owns what this program makes. */
    void own(Path path) throws IOException {
        if (!prefix.isEmpty()) {
            Files.setAttribute(path, OWNER, uid);
            Files.setAttribute(path, GROUP, gid);
        }
    }

    /** Lets this user own a folder and everything in it. */
    void ownAll(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                own(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Writes a file that only this user can read. */
    void write(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
        own(file);
    }

    /** Runs a command to its end, as this user; see {@link #run(Map, List)}. */
    String run(String... command) throws IOException {
        return run(Map.of(), List.of(command));
    }

    /**
     * Runs a command to its end, as this user.
     *
     * @return what it prints
     * @throws IOException with that text, or its lines about errors, if its exit code is not 0
     */
    String run(Map<String, String> environment, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("TOYSTORE_"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = exitCode(process);
        if (code != 0) {
            throw new IOException(
                    Path.of(command.get(0)).getFileName() + " failed with exit code " + code + ": " + summary(output));
        }
        return output;
    }

    /** What a program says about its failure: the lines with errors, or the last one; all of them if they are few. */
    static String summary(String output) {
        List<String> lines = output.lines().map(String::strip).toList();
        if (lines.size() > FEW_LINES) {
            List<String> errors = lines.stream()
                    .filter(line -> ERROR.matcher(line).find())
                    .limit(FEW_LINES)
                    .toList();
            lines = errors.isEmpty() ? lines.subList(lines.size() - 1, lines.size()) : errors;
        }
        return String.join("; ", lines);
    }

    private static int exitCode(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + process + " runs");
        }
    }

    private boolean canWrite(Path folder) {
        try {
            run("test", "-w", folder.toString());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int self() throws IOException {
        return Integer.parseInt(SELF.run("id", "-u"));
    }

    /** Returns the id of the user {@code postgres}, or of its group; else that of nobody. */
    private static int postgres(String flag) {
        try {
            return Integer.parseInt(SELF.run("id", flag, "postgres"));
        } catch (IOException noSuchUser) {
            return NOBODY;
        }
    }
}
