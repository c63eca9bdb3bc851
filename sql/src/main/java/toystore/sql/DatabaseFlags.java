package toystore.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;
import toystore.common.cli.SecretFile;

/** The flags of every program about the database, for picocli's {@code @Mixin}. */
public final class DatabaseFlags {
    private static final SecretFile PASSWORD =
            new SecretFile("--db-password-file", "TOYSTORE_DB_PASSWORD_FILE", "a password of the database", null);

    @Option(
            names = "--db",
            paramLabel = "URL",
            defaultValue = "${env:TOYSTORE_DB:-}",
            description =
                    "Keep the store in this database: jdbc:postgresql://host:port,host:port/name?user=NAME. Without"
                            + " it, the store is in files. Set it with TOYSTORE_DB if it has a password: other users of this"
                            + " machine can see flags.")
    private String url;

    @Option(
            names = "--db-password-file",
            paramLabel = "FILE",
            defaultValue = "${env:TOYSTORE_DB_PASSWORD_FILE:-}",
            description = "File with the password of the database (TOYSTORE_DB_PASSWORD_FILE).")
    private String passwordFile;

    /**
     * The database, with the password from the file if there is one; empty if the store is in files.
     *
     * @throws IllegalArgumentException if the URL is wrong, the password is given twice, or its file has none
     * @throws IOException if the file cannot be read
     */
    public Optional<DatabaseUrl> url() throws IOException {
        if (url.isEmpty()) {
            if (!passwordFile.isEmpty()) {
                throw new IllegalArgumentException(
                        "--db-password-file is given, but no database: expected --db (TOYSTORE_DB) with it");
            }
            return Optional.empty();
        }
        DatabaseUrl database = parse();
        if (passwordFile.isEmpty()) {
            return Optional.of(database);
        }
        if (database.hasPassword()) {
            throw new IllegalArgumentException(
                    "--db (TOYSTORE_DB) has a password, and --db-password-file (TOYSTORE_DB_PASSWORD_FILE) is given;"
                            + " expected one of them");
        }
        return Optional.of(database.withPassword(PASSWORD.read(passwordFile, UTF_8)));
    }

    /**
     * The database, for a command that needs one.
     *
     * @throws IllegalArgumentException as {@link #url}, and if there is none
     */
    public DatabaseUrl required() throws IOException {
        return url().orElseThrow(() -> new IllegalArgumentException(
                "no database is given; expected --db URL (TOYSTORE_DB): jdbc:postgresql://host:port/name?user=NAME"));
    }

    private DatabaseUrl parse() {
        try {
            return DatabaseUrl.parse(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--db (TOYSTORE_DB) is wrong: " + e.getMessage(), e);
        }
    }
}
