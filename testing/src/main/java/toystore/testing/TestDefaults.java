package toystore.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Sets the defaults of Awaitility for the tests of all modules.
 *
 * <p>The timeout is long enough for a busy machine, and the poll interval short enough to lose no time on an idle
 * one. The JUnit Platform loads this class; {@code junit-platform.properties} has the other defaults.
 */
public final class TestDefaults implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
        Awaitility.setDefaultPollDelay(Duration.ZERO);
    }
}
