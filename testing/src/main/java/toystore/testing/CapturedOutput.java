package toystore.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Keeps what a test prints to stdout and stderr, instead of printing it. A field of the test class with
 * {@link RegisterExtension}.
 */
public final class CapturedOutput implements BeforeEachCallback, AfterEachCallback {
    private final PrintStream stdout = System.out;
    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Override
    public void beforeEach(ExtensionContext test) {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @Override
    public void afterEach(ExtensionContext test) {
        System.setOut(stdout);
        System.setErr(stderr);
    }

    /** What was printed to stdout since the start of the test, or the last {@link #reset}. */
    public String out() {
        return out.toString(UTF_8);
    }

    /** Likewise, to stderr. */
    public String err() {
        return err.toString(UTF_8);
    }

    /** Forgets both. */
    public void reset() {
        out.reset();
        err.reset();
    }
}
