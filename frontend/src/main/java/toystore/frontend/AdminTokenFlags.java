package toystore.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The flags of the frontend for the admin token, for picocli's {@code @Mixin}. */
final class AdminTokenFlags {
    private static final Logger log = LoggerFactory.getLogger(AdminTokenFlags.class);
    private static final int MAX_FILE = 4096; // bytes
    private static final String FLAG = "--admin-token-file (TOYSTORE_ADMIN_TOKEN_FILE)";

    @Option(
            names = "--admin-token",
            paramLabel = "TOKEN",
            defaultValue = "${env:TOYSTORE_ADMIN_TOKEN:-}",
            description =
                    "Token of 16 characters or more that authorizes PUT /products and the list of orders. Without it, the"
                            + " admin API is off. Set it with TOYSTORE_ADMIN_TOKEN, or put it into a file: other users of"
                            + " this machine can see flags.")
    private String token;

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            defaultValue = "${env:TOYSTORE_ADMIN_TOKEN_FILE:-}",
            description = "File with that token, instead of the token itself (TOYSTORE_ADMIN_TOKEN_FILE).")
    private String file;

    /**
     * The token; empty if there is none.
     *
     * @throws IllegalArgumentException if it is given twice, or the file has none
     * @throws IOException if the file cannot be read
     */
    Optional<String> token() throws IOException {
        if (file.isEmpty()) {
            return Optional.of(token).filter(given -> !given.isEmpty());
        }
        if (!token.isEmpty()) {
            throw new IllegalArgumentException(
                    "both --admin-token (TOYSTORE_ADMIN_TOKEN) and " + FLAG + " are given; expected one of them");
        }
        return Optional.of(read(path(file)));
    }

    /** The only line of a file. */
    static String read(Path file) throws IOException {
        byte[] bytes = bytes(file);
        if (bytes.length > MAX_FILE) {
            throw new IllegalArgumentException(
                    file + " has more than " + MAX_FILE + " bytes; expected an admin token and nothing else");
        }
        String token = new String(bytes, ISO_8859_1).replaceFirst("\r?\n\\z", "");
        if (token.isEmpty()) {
            throw new IllegalArgumentException(
                    file + " is empty; expected an admin token: openssl rand -hex 24 >" + file);
        }
        if (token.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    file + " has more than one line; expected an admin token in one line and nothing else");
        }
        FrontendConfig.checkToken("the admin token in " + file, token);
        if (isReadByOthers(file)) {
            log.warn("all users of this machine can read the admin token in {}; chmod 600 changes that", file);
        }
        return token;
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_FILE + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    FLAG + " is " + file + ", which does not exist; expected a file with the admin token in one line:"
                            + " openssl rand -hex 24 >" + file,
                    e);
        } catch (IOException e) {
            String reason = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
            throw new IOException(FLAG + " is " + file + ", which cannot be read: " + reason, e);
        }
    }

    /** The group is a choice of the owner; and of a credential of systemd, its permissions are those of an ACL. */
    private static boolean isReadByOthers(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException windows) {
            return false;
        }
    }

    private static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("--admin-token-file is no path of a file: " + e.getMessage(), e);
        }
    }
}
