package toystore.loadtest.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Locale;

/** Formats numbers for people: no more digits than are significant, groups of thousands separated by a thin space. */
final class ReadableNumbers {
    private static final int DIGITS = 3;

    /** Narrow, and no line breaks at it. */
    private static final char THOUSANDS = '\u202f';

    private ReadableNumbers() {}

    /**
     * A measured value with three digits, or with all digits before the point: {@code 0.684}, {@code 14.5}, {@code 1
     * 234}.
     */
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS, RoundingMode.HALF_UP));
        int decimals = Math.min(DIGITS, Math.max(0, DIGITS - (rounded.precision() - rounded.scale())));
        NumberFormat format = format();
        format.setMinimumFractionDigits(decimals);
        format.setMaximumFractionDigits(decimals);
        return format.format(new BigDecimal(value));
    }

    /** A setting, as it was given: {@code 5}, {@code 0.75}. */
    static String setting(double value) {
        return format().format(new BigDecimal(value).round(new MathContext(6)));
    }

    static String count(long value) {
        return format().format(value);
    }

    /** {@code 21.3 s}, {@code 12 min 5 s} */
    static String time(double seconds) {
        if (seconds < 60) {
            return number(seconds) + " s";
        }
        long whole = Math.round(seconds);
        return whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s");
    }

    /** A format with up to nine decimals; not thread-safe. */
    static NumberFormat format() {
        DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
        symbols.setGroupingSeparator(THOUSANDS);
        DecimalFormat format = new DecimalFormat("#,##0.#########", symbols);
        format.setRoundingMode(RoundingMode.HALF_UP);
        return format;
    }
}
