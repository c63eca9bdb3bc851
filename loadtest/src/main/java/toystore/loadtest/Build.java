package toystore.loadtest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import toystore.common.cli.Version;

/** What this program was built from. */
final class Build {
    private static final String UNKNOWN = "unknown";

    private Build() {}

    /** The commit, with {@code -dirty} behind it if there was more; {@code unknown} without a clone. */
    static String commit() throws IOException {
        Properties git = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("git.properties")) {
            if (in == null) {
                return UNKNOWN;
            }
            git.load(in);
        }
        String commit = git.getProperty("git.commit.id.abbrev", UNKNOWN);
        return Boolean.parseBoolean(git.getProperty("git.dirty")) ? commit + "-dirty" : commit;
    }

    /** Name and version. */
    static String program() {
        return new Version().getVersion()[0] + " load test";
    }
}
