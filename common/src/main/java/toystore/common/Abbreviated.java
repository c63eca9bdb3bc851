package toystore.common;

/** Shortens text from outside for messages and log lines. */
public final class Abbreviated {
    private static final int MAX_QUOTED = 60;

    private Abbreviated() {}

    /** The text, or its first {@code max} characters and an ellipsis. Does not split surrogate pairs. */
    public static String of(String text, int max) {
        return text.codePointCount(0, text.length()) > max
                ? text.substring(0, text.offsetByCodePoints(0, max)) + "…"
                : text;
    }

    /** The same for a terminal: a character that could move the cursor or begin a line becomes a question mark. */
    public static String printable(String text, int max) {
        return of(text, max).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    /** The beginning of the text, printable, in quotation marks. */
    public static String quoted(String text) {
        return '"' + printable(text, MAX_QUOTED) + '"';
    }
}
