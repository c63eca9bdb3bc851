package toystore.loadtest.verdict;

/** How a change compares with how much the runs of one side differ among themselves. */
public enum Noise {
    /** Runs that differ only by chance would hardly show it. */
    LARGER("larger than noise"),
    /** They might. */
    WITHIN("within noise"),
    /** There are too few runs to tell. */
    UNKNOWN("unknown");

    /** Of seeing such a difference where there is none, from which it counts as one. */
    static final double LEVEL = 0.01;

    private final String label;

    Noise(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** By the runs before and after. */
    static Noise of(double[] before, double[] after) {
        if (MannWhitney.least(before.length, after.length) >= LEVEL) {
            return UNKNOWN;
        }
        return MannWhitney.p(before, after) < LEVEL ? LARGER : WITHIN;
    }
}
