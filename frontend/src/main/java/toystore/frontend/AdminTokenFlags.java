package toystore.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import toystore.common.cli.SecretFile;

/** The flags of the frontend for the admin token, for picocli's {@code @Mixin}. */
final class AdminTokenFlags {
    private static final SecretFile FILE =
            new SecretFile("--admin-token-file", "TOYSTORE_ADMIN_TOKEN_FILE", "an admin token", "openssl rand -hex 24");

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
            throw new IllegalArgumentException("both --admin-token (TOYSTORE_ADMIN_TOKEN) and " + FILE.flag() + " ("
                    + FILE.variable() + ") are given; expected one of them");
        }
        return Optional.of(read(Path.of(file)));
    }

    /** The only line of a file. */
    static String read(Path file) throws IOException {
        String token = FILE.read(file.toString(), ISO_8859_1);
        FrontendConfig.checkToken("the admin token in " + file, token);
        return token;
    }
}
