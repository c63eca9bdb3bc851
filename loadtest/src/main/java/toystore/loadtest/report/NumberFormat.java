package toystore.loadtest.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as people like to read them: no more digits than mean something, thousands apart. */
final class NumberFormat {
    private static final int DIGITS = 3;

    /** Narrow, and no line breaks at it. */
    private static final String THOUSANDS = "\u202f";

    private NumberFormat() {}

    /** With three digits, or all before the point: {@code 0.684}, {@code 14.5}, {@code 1 234}. */
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS, RoundingMode.HALF_UP));
        int decimals = Math.max(0, DIGITS - (rounded.precision() - rounded.scale()));
        return grouped(new BigDecimal(value)
                .setScale(Math.min(decimals, DIGITS), RoundingMode.HALF_UP)
                .toPlainString());
    }

    /** Of a setting, as it was given: {@code 5}, {@code 0.75}. */
    static String setting(double value) {
        return grouped(new BigDecimal(value)
                .round(new MathContext(6))
                .stripTrailingZeros()
                .toPlainString());
    }

    static String count(long value) {
        return grouped(Long.toString(value));
    }

    /** {@code 21.3 s}, {@code 12 min 5 s} */
    static String time(double seconds) {
        if (seconds < 60) {
            return number(seconds) + " s";
        }
        long whole = Math.round(seconds);
        return whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s");
    }

    /** Puts spaces between thousands of a plain number. */
    static String grouped(String plain) {
        int point = plain.indexOf('.');
        int end = point < 0 ? plain.length() : point;
        StringBuilder grouped = new StringBuilder(plain);
        for (int i = end - 3; i > 0 && plain.charAt(i - 1) != '-'; i -= 3) {
            grouped.insert(i, THOUSANDS);
        }
        return grouped.toString();
    }
}
