package toystore.loadtest.report;

import java.util.Locale;
import toystore.loadtest.result.Results.Kind;

/**
 * Colour of a series. Each kind of request has one colour in all plots, which nothing else has; so has each latency
 * figure. They are the colours of Okabe and Ito and an olive of Tol, which colour-blind people can tell apart, and
 * which show on white and on black.
 */
public record Colour(int rgb) {
    private static final Colour BLUE = new Colour(0x0072B2);
    private static final Colour VERMILLION = new Colour(0xD55E00);
    private static final Colour GREEN = new Colour(0x009E73);
    private static final Colour PURPLE = new Colour(0xCC79A7);
    private static final Colour ORANGE = new Colour(0xE69F00);
    private static final Colour OLIVE = new Colour(0x999933);
    private static final Colour GREY = new Colour(0x767676);

    public static final Colour AVERAGE = OLIVE;
    public static final Colour P50 = GREEN;
    public static final Colour P90 = ORANGE;
    public static final Colour P99 = PURPLE;

    /** Grey, since a single request decides it. */
    public static final Colour MAX = GREY;

    /** Not a measurement. */
    static final Colour IDEAL = GREY;

    /** Successful requests of all kinds together. */
    static final Colour ANSWERED = GREEN;

    static final Colour FAILED = ORANGE;

    private static final int WHITE = 0xFF;

    /** Share of white in the lightest colour that still shows on white. */
    private static final double LIGHTEST = 0.6;

    private static final double STEP = 0.45;

    public static Colour of(Kind kind) {
        return switch (kind) {
            case QUERY -> BLUE;
            case BUY -> VERMILLION;
            case REQUEST -> GREEN;
        };
    }

    /** The colour of a scenario's only kind of request, or one for all scenarios with several kinds. */
    static Colour ofScenario(String name) {
        return switch (name) {
            case "query" -> of(Kind.QUERY);
            case "buy" -> of(Kind.BUY);
            case "url" -> of(Kind.REQUEST);
            default -> PURPLE;
        };
    }

    /** A lighter variant for each further series of a kind; number 0 is this colour itself. */
    Colour lighter(int number, int all) {
        double white = number * Math.min(STEP, LIGHTEST / Math.max(1, all - 1));
        return new Colour((mixed(16, white) << 16) | (mixed(8, white) << 8) | mixed(0, white));
    }

    private int mixed(int shift, double white) {
        int part = rgb >> shift & WHITE;
        return (int) Math.round(part + (WHITE - part) * white);
    }

    /** {@code #0072B2} */
    String hex() {
        return String.format(Locale.ROOT, "#%06X", rgb);
    }
}
