package toystore.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Sets how the tests of all modules wait for a condition: long enough for a machine that is busy, and looking often, so
 * that a quiet machine loses no time. The JUnit Platform loads it; {@code junit-platform.properties} has the other defaults.
 */
public final class TestDefaults implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
        Awaitility.setDefaultPollDelay(Duration.ZERO);
    }
}
