package toystore.common;

/** Text from outside as messages and log lines show it: not longer than so much. */
public final class Abbreviated {
    private static final int MOST_QUOTED = 60;

    private Abbreviated() {}

    /** The text, or its first so many characters and an ellipsis. Never half of a surrogate pair, which UTF-8 cannot have. */
    public static String of(String text, int most) {
        return text.codePointCount(0, text.length()) > most
                ? text.substring(0, text.offsetByCodePoints(0, most)) + "…"
                : text;
    }

    /** The same for a terminal: what could move the cursor or begin a line is a question mark. */
    public static String printable(String text, int most) {
        return of(text, most).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    /** The beginning of the text, printable, in quotation marks. */
    public static String quoted(String text) {
        return '"' + printable(text, MOST_QUOTED) + '"';
    }
}
