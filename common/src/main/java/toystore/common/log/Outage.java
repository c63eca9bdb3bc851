package toystore.common.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.HashSet;
import java.util.Set;

/**
 * The reasons that were logged since something failed, so that each is logged once, also if they alternate. At most
 * {@value #REASONS} are new in one outage. Not thread-safe.
 */
public final class Outage {
    private static final int REASONS = 3;

    private final Set<String> reasons = new HashSet<>();

    /** Takes in a failure. Returns whether to log it. */
    @CanIgnoreReturnValue
    public boolean isNew(String reason) {
        return reasons.size() < REASONS && reasons.add(reason);
    }

    /** Returns whether something has failed and not succeeded since. */
    public boolean isOngoing() {
        return !reasons.isEmpty();
    }

    /** Takes in a success. Returns whether it ends an outage, and so is to be logged. */
    @CanIgnoreReturnValue
    public boolean end() {
        boolean failed = isOngoing();
        reasons.clear();
        return failed;
    }
}
