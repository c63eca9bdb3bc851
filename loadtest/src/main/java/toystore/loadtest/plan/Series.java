package toystore.loadtest.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.common.Abbreviated;
import toystore.loadtest.result.Axis;

/**
 * The values that a sweep goes through, as a person writes them:
 *
 * <pre>
 *   1,2,4,8           these
 *   1,2,4,…,64        what begins like that, to an end that it meets: evenly spaced, or each so many times the one
 *   0,0.2,…,0.8       before, whichever fits the values better; two values are evenly spaced
 *   1..64             points between two ends: clients all up to 8 of them, else doubling; probabilities 6, evenly
 *                     spaced; rates 12, each so many times the one before, to two digits
 * </pre>
 *
 * <p>The ellipsis may be {@code …}, {@code ...} or {@code ..}.
 *
 * @param values ascending; 1 to 1000, whole, of {@link Axis#CLIENTS}; 0 to 1 of {@link Axis#PROBABILITY}; above 0 to
 *     1,000,000 of {@link Axis#RATE}, in requests per second
 */
public record Series(Axis axis, List<Double> values) {
    static final int MOST_VALUES = 100;

    private static final String NUMBER = "[0-9]{1,9}(?:\\.[0-9]{1,9})?";
    private static final String ELLIPSIS = "(?:…|\\.{2,3})";
    private static final Pattern RANGE =
            Pattern.compile("\\s*(" + NUMBER + ")\\s*" + ELLIPSIS + "\\s*(" + NUMBER + ")\\s*");

    /** Checks that there is something to go through, in the order of the axis, and within its bounds. */
    public Series {
        values = List.copyOf(values);
        require(axis != Axis.NONE, "there is nothing that a series could change");
        require(!values.isEmpty(), "it is empty; expected at least one value");
        require(values.size() <= MOST_VALUES, "it has " + values.size() + " values; expected at most " + MOST_VALUES);
        for (int i = 0; i < values.size(); i++) {
            double value = values.get(i);
            requireWithin(axis, value);
            require(
                    i == 0 || values.get(i - 1) < value,
                    "it has " + plain(value) + " after " + plain(i == 0 ? 0 : values.get(i - 1))
                            + "; expected values that ascend");
        }
    }

    /**
     * Reads what is described above.
     *
     * @throws IllegalArgumentException if it is no such text; the message says what was found, and what was expected
     */
    public static Series parse(String text, Axis axis) {
        try {
            Matcher range = RANGE.matcher(text);
            List<BigDecimal> points = range.matches()
                    ? ValueRange.points(new BigDecimal(range.group(1)), new BigDecimal(range.group(2)), axis)
                    : list(text);
            return new Series(axis, points.stream().map(BigDecimal::doubleValue).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(quoted(text) + " is no series: " + e.getMessage(), e);
        }
    }

    /** The values as numbers of clients. */
    public List<Integer> whole() {
        return values.stream().map(Double::intValue).toList();
    }

    private static List<BigDecimal> list(String text) {
        List<String> places =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        require(places.size() <= MOST_VALUES, "it has " + places.size() + " values; expected at most " + MOST_VALUES);
        List<BigDecimal> numbers = new ArrayList<>();
        int ellipsis = -1;
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).matches(ELLIPSIS)) {
                require(
                        ellipsis < 0 && i >= 2 && i == places.size() - 2,
                        "expected one ellipsis, after the first two values or more and before the last");
                ellipsis = i;
            } else {
                numbers.add(number(places.get(i)));
            }
        }
        return ellipsis < 0
                ? numbers
                : SequenceSyntax.filled(numbers.subList(0, ellipsis), numbers.get(numbers.size() - 1));
    }

    private static BigDecimal number(String text) {
        require(!text.isEmpty(), "it has an empty place; expected numbers with a comma between them");
        require(
                text.matches(NUMBER),
                quoted(text)
                        + " is no number; expected values such as 1,2,4,8 or 1,2,4,…,64, or a range such as 1..64");
        return new BigDecimal(text);
    }

    static void requireWithin(Axis axis, double value) {
        require(isWithin(axis, value), "it has " + plain(value) + "; expected " + bounds(axis));
    }

    private static boolean isWithin(Axis axis, double value) {
        return switch (axis) {
            case CLIENTS -> value >= 1 && value <= 1000 && value == Math.rint(value);
            case PROBABILITY -> value >= 0 && value <= 1;
            case RATE -> value > 0 && value <= 1_000_000;
            case NONE -> false;
        };
    }

    private static String bounds(Axis axis) {
        return switch (axis) {
            case CLIENTS -> "whole numbers of clients from 1 to 1000";
            case PROBABILITY -> "probabilities from 0 to 1";
            case RATE -> "requests per second above 0, up to 1000000";
            case NONE -> "nothing";
        };
    }

    private static String plain(double value) {
        return plain(BigDecimal.valueOf(value));
    }

    static String plain(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }

    private static String quoted(String text) {
        return "\"" + Abbreviated.printable(text, 60) + "\"";
    }

    static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Reads a series of numbers of clients from the command line. */
    public static final class OfClients extends Converter {
        /** For picocli. */
        public OfClients() {
            super(Axis.CLIENTS);
        }
    }

    /** Reads a series of probabilities from the command line. */
    public static final class OfProbabilities extends Converter {
        /** For picocli. */
        public OfProbabilities() {
            super(Axis.PROBABILITY);
        }
    }

    /** Reads a series of rates, in requests per second, from the command line. */
    public static final class OfRates extends Converter {
        /** For picocli. */
        public OfRates() {
            super(Axis.RATE);
        }
    }

    private abstract static class Converter implements ITypeConverter<Series> {
        private final Axis axis;

        Converter(Axis axis) {
            this.axis = axis;
        }

        @Override
        public Series convert(String text) {
            try {
                return parse(text, axis);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
