package toystore.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.process.TemporaryFolder;

/**
 * The programs of a PostgreSQL server on this machine. Immutable.
 *
 * <p>The Maven binaries have only {@code initdb}, {@code pg_ctl} and {@code postgres}, for Linux on x86-64.
 */
public final class PostgresBinaries {
    private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final Pattern VERSION = Pattern.compile("PostgreSQL\\) (\\d+)");

    private final Path folder;
    private final int version;

    private PostgresBinaries(Path folder) throws IOException {
        this.folder = folder;
        String text = ServerUser.SELF.run(program("postgres").toString(), "--version");
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.find()) {
            throw new IOException(program("postgres") + " --version printed \"" + text + "\"");
        }
        this.version = Integer.parseInt(matcher.group(1));
    }

    /** Finds them; see {@link #find(Path)}. Maven binaries are unpacked below the folder of temporary files. */
    public static PostgresBinaries find() throws IOException {
        return find(null);
    }

    /**
     * Finds the programs: in the PATH, else the newest in Debian's folder, else Maven binaries in the class path.
     *
     * @param cache Maven binaries are unpacked in it once; every user must be able to enter it. Null for a folder below
     *     that of temporary files.
     * @throws IOException if there are none; its message says what to install
     */
    public static PostgresBinaries find(Path cache) throws IOException {
        Optional<Path> installed = inPath().or(PostgresBinaries::ofDebian);
        return new PostgresBinaries(installed.isPresent() ? installed.get() : ofMaven(cache));
    }

    /** Unpacks the Maven binaries, and returns them also if others are installed. */
    static PostgresBinaries unpacked(Path cache) throws IOException {
        return new PostgresBinaries(ofMaven(cache));
    }

    /** Returns the path of a program, which may be missing. */
    public Path program(String name) {
        return folder.resolve(name);
    }

    /** Whether there is such a program. */
    public boolean has(String name) {
        return Files.isExecutable(program(name));
    }

    /** Returns the major version, 15 for example. */
    public int version() {
        return version;
    }

    /** Returns the folder of the programs. */
    public Path folder() {
        return folder;
    }

    private static Optional<Path> inPath() {
        try {
            Path server = Path.of(ServerUser.SELF.run("sh", "-c", "command -v postgres"));
            return Optional.of(server.toRealPath().getParent()).filter(PostgresBinaries::isComplete);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static Optional<Path> ofDebian() {
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.filter(version -> version.getFileName().toString().matches("\\d+"))
                    .sorted(Comparator.comparing((Path version) ->
                                    Integer.valueOf(version.getFileName().toString()))
                            .reversed())
                    .map(version -> version.resolve("bin"))
                    .filter(PostgresBinaries::isComplete)
                    .findFirst();
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static boolean isComplete(Path folder) {
        return Stream.of("initdb", "pg_ctl", "postgres").allMatch(name -> Files.isExecutable(folder.resolve(name)));
    }

    private static Path ofMaven(Path cache) throws IOException {
        String machine = ServerUser.SELF.run("uname", "-sm");
        if (!machine.equals("Linux x86_64")) {
            throw new IOException("there is no PostgreSQL in the PATH or in " + DEBIAN
                    + ", and this program carries one only for Linux x86_64, not for " + machine
                    + "; install PostgreSQL 15 or newer (apt install postgresql, or brew install postgresql)");
        }
        URL archive = PostgresBinaries.class.getResource(ARCHIVE);
        if (archive == null) {
            throw new IOException("there is no PostgreSQL in the PATH or in " + DEBIAN
                    + ", and this program does not carry one; install PostgreSQL 15 or newer (apt install postgresql)");
        }
        Path parent = cache == null ? defaultCache() : Files.createDirectories(cache);
        Path target = parent.resolve(
                "postgresql-" + archive.openConnection().getContentLengthLong()); // a version has its own
        if (!isComplete(target.resolve("bin"))) {
            unpack(archive, parent, target);
        }
        return target.resolve("bin");
    }

    /** A folder below that of temporary files which only this user can write, and which every user can enter. */
    private static Path defaultCache() throws IOException {
        TemporaryFolder sample = TemporaryFolder.create(null, "toystore-");
        try (sample) {
            String uid = ServerUser.SELF.run("id", "-u");
            Path cache = sample.path().resolveSibling("toystore-postgres-" + uid);
            try {
                Files.createDirectory(cache);
            } catch (FileAlreadyExistsException expected) {
                if (Files.isSymbolicLink(cache) || !Files.getOwner(cache).equals(Files.getOwner(sample.path()))) {
                    throw new FileSystemException(cache.toString(), null, "belongs to another user; delete it");
                }
            }
            Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
            return cache;
        }
    }

    /** Two processes may do it at the same time: the first one that is done wins. */
    private static void unpack(URL archive, Path parent, Path target) throws IOException {
        log.debug("unpacking PostgreSQL into {}", target);
        TemporaryFolder unpacking = TemporaryFolder.create(parent, "unpacking-");
        try (unpacking) {
            Path folder = Files.createDirectory(unpacking.path().resolve("postgresql"));
            try (InputStream bytes = new BufferedInputStream(archive.openStream());
                    TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(bytes))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(tar, entry, folder);
                }
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            try {
                Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                if (!isComplete(target.resolve("bin"))) {
                    throw e;
                }
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
            throw new IOException("the archive of PostgreSQL has an entry outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
        } else {
            Files.createDirectories(path.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                return;
            }
            Files.copy(tar, path);
        }
        boolean executable = entry.isDirectory() || (entry.getMode() & 0100) != 0;
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--");
        Files.setPosixFilePermissions(path, mode);
    }
}
