package toystore.loadtest.result;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What changes from step to step of a run, and is what its plots have on their x axis. */
public enum Axis {
    /** Nothing: there is one step. */
    NONE,
    /** Clients at once. */
    CLIENTS,
    /** Of buying what was just looked at. */
    PROBABILITY,
    /** Offered requests per second. */
    RATE;

    /** In files. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
