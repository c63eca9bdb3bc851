package toystore.loadtest.report;

/** Colours of Okabe and Ito, which the colour-blind can tell apart, and which show on white and on black. */
public enum Colour {
    BLUE(0x0072B2),
    VERMILLION(0xD55E00),
    GREEN(0x009E73),
    PURPLE(0xCC79A7),
    ORANGE(0xE69F00),
    SKY(0x56B4E9),
    /** Of what is no measurement. */
    GREY(0x767676);

    /** As many as can be told apart. */
    static final int MEASURED = 6;

    private final int rgb;

    Colour(int rgb) {
        this.rgb = rgb;
    }

    int rgb() {
        return rgb;
    }

    /** {@code #0072B2} */
    String hex() {
        return String.format("#%06X", rgb);
    }

    static Colour number(int i) {
        return values()[i % MEASURED];
    }
}
