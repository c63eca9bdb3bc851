package toystore.loadtest.load;

import java.util.Locale;

/** How requests of an open loop follow each other. */
public enum Arrivals {
    /** At even distances. */
    CONSTANT,
    /** Independently of each other, as those of many people do: distances are exponentially distributed. */
    POISSON;

    /** On the command line and in files. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
