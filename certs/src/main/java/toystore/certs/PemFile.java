package toystore.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Replaces a file of a certificate or key in one step: temporary file, force, rename, force the folder. At any moment
 * the file has its old content or the new one.
 *
 * <p>A new file belongs to the user who makes it; one that is replaced keeps its owner, its group and its permissions.
 * A key is never readable by others than its owner and, if the key that it replaces was, its group.
 */
final class PemFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_AND_GROUP = PosixFilePermissions.fromString("rw-r-----");
    private static final Set<PosixFilePermission> OF_OWNER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> READABLE_BY_ALL = PosixFilePermissions.fromString("rw-r--r--");

    private PemFile() {}

    /** Writes a certificate, which everybody may read. */
    static void writeCertificate(Path file, String text) throws IOException {
        write(file, text, READABLE_BY_ALL, READABLE_BY_ALL);
    }

    /** Writes a key. */
    static void writeKey(Path file, String text) throws IOException {
        write(file, text, OWNER_ONLY, OWNER_AND_GROUP);
    }

    /** Whether others than the owner can write a key, or others than the owner and the group can read it. */
    static boolean isOpenToOthers(Path key) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
        permissions.removeAll(OF_OWNER);
        return !OWNER_AND_GROUP.containsAll(permissions);
    }

    /** Takes the permissions from a key that let others use it. */
    static void narrowKey(Path key) throws IOException {
        if (isOpenToOthers(key)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
            permissions.retainAll(OWNER_AND_GROUP);
            try {
                Files.setPosixFilePermissions(key, permissions);
            } catch (FileSystemException e) {
                throw new IOException(
                        "others can use " + key + ", and its mode cannot be changed: " + e.getReason(), e);
            }
        }
    }

    private static void write(Path file, String text, Set<PosixFilePermission> ofNew, Set<PosixFilePermission> most)
            throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary); // of a process that was killed
        try {
            Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
                if (Files.exists(file)) {
                    takeOver(file, view, most);
                } else {
                    view.setPermissions(ofNew);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE); // Commit
        } finally {
            Files.deleteIfExists(temporary);
        }
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Gives a new file the owner and the group of the one that it replaces, and then its permissions. */
    private static void takeOver(Path file, PosixFileAttributeView view, Set<PosixFilePermission> most)
            throws IOException {
        PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
        PosixFileAttributes mine = view.readAttributes();
        try {
            if (!old.group().equals(mine.group())) {
                view.setGroup(old.group());
            }
            if (!old.owner().equals(mine.owner())) {
                view.setOwner(old.owner());
            }
        } catch (FileSystemException e) {
            throw new IOException(
                    file + " belongs to " + old.owner().getName() + ":"
                            + old.group().getName() + ", and only that user or root can replace it",
                    e);
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(OWNER_ONLY);
        permissions.addAll(old.permissions());
        permissions.retainAll(most);
        view.setPermissions(permissions);
    }
}
