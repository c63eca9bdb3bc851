package toystore.loadtest.verdict;

import toystore.wire.codec.Shown;

/** Text from a command line or a file, as a terminal may be shown it. */
final class Printable {
    private Printable() {}

    /** Its first so many characters; what could move the cursor or begin a line is a question mark. */
    static String of(String text, int most) {
        return Shown.of(String.valueOf(text), most).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
