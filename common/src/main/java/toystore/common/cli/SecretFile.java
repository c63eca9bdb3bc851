package toystore.common.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a secret from a file that has it in one line, and nothing else.
 *
 * @param flag the flag that names the file
 * @param variable the variable of the environment that does the same
 * @param secret what the file has, with its article, for messages: {@code "an admin token"}
 * @param generator a command that prints such a secret; {@code null} if there is none
 */
public record SecretFile(String flag, String variable, String secret, String generator) {
    private static final Logger log = LoggerFactory.getLogger(SecretFile.class);
    private static final int MAX_FILE = 4096; // bytes

    /**
     * The only line of a file. Logs a warning if all users of this machine can read it.
     *
     * @throws IllegalArgumentException if the file does not have exactly one line
     * @throws IOException if the file cannot be read
     */
    public String read(String name, Charset charset) throws IOException {
        Path file = path(name);
        byte[] bytes = bytes(file);
        if (bytes.length > MAX_FILE) {
            throw new IllegalArgumentException(
                    file + " has more than " + MAX_FILE + " bytes; expected " + secret + " and nothing else");
        }
        String line = new String(bytes, charset).replaceFirst("\r?\n\\z", "");
        if (line.isEmpty()) {
            throw new IllegalArgumentException(file + " is empty; expected " + secret + generate(file));
        }
        if (line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    file + " has more than one line; expected " + secret + " in one line and nothing else");
        }
        if (isReadByOthers(file)) {
            log.warn("all users of this machine can read {} in {}; chmod 600 changes that", definite(), file);
        }
        return line;
    }

    private byte[] bytes(Path file) throws IOException {
        String place = flag + " (" + variable + ") is " + file;
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_FILE + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    place + ", which does not exist; expected a file with " + definite() + " in one line"
                            + generate(file),
                    e);
        } catch (IOException e) {
            String reason = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
            throw new IOException(place + ", which cannot be read: " + reason, e);
        }
    }

    private String generate(Path file) {
        return generator == null ? "" : ": " + generator + " >" + file;
    }

    private String definite() {
        return "the" + secret.substring(secret.indexOf(' '));
    }

    /** The group is a choice of the owner; and of a credential of systemd, its permissions are those of an ACL. */
    private static boolean isReadByOthers(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException windows) {
            return false;
        }
    }

    private Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(flag + " is no path of a file: " + e.getMessage(), e);
        }
    }
}
