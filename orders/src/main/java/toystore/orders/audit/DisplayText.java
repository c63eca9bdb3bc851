package toystore.orders.audit;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Formats text from a file for a terminal. A product's name may be long and of any script, and a changed file may
 * contain any character.
 */
final class DisplayText {
    private static final int JOINER = 0x200d; // joins emoji
    private static final Set<UnicodeScript> WIDE = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.HANGUL,
            UnicodeScript.BOPOMOFO,
            UnicodeScript.YI);

    private DisplayText() {}

    static String quoted(String text) {
        return '"' + printable(text) + '"';
    }

    /** Returns the text with unprintable characters as {@code <U+001B>}: some move the cursor or turn the text. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isPrintable(c)) {
                printable.appendCodePoint(c);
            } else {
                printable.append(String.format(Locale.ROOT, "<U+%04X>", c));
            }
        });
        return printable.toString();
    }

    /** Returns the columns of a terminal that printable text takes up. */
    static int width(String text) {
        return text.codePoints().map(DisplayText::width).sum();
    }

    /** Returns printable text in exactly this many columns: padded with spaces, or shortened with an ellipsis. */
    static String cell(String text, int columns) {
        int width = width(text);
        if (width <= columns) {
            return text + " ".repeat(columns - width);
        }
        int end = 0;
        int taken = 0;
        while (taken + width(text.codePointAt(end)) < columns) {
            taken += width(text.codePointAt(end));
            end = text.offsetByCodePoints(end, 1);
        }
        return text.substring(0, end) + "…" + " ".repeat(columns - taken - 1);
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.FORMAT -> codePoint == JOINER;
            default -> true;
        };
    }

    /** Approximately UAX #11: wide scripts, full-width forms and emoji take two columns, marks none. */
    private static int width(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean halfWidth = codePoint >= 0xff61 && codePoint <= 0xffdc;
        boolean fullWidth = (codePoint >= 0x3000 && codePoint <= 0x303e)
                || (codePoint >= 0xff01 && codePoint <= 0xff60)
                || (codePoint >= 0x1f300 && codePoint <= 0x1faff);
        return fullWidth || (!halfWidth && WIDE.contains(UnicodeScript.of(codePoint))) ? 2 : 1;
    }
}
