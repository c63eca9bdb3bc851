package toystore.loadtest.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.common.Abbreviated;
import toystore.loadtest.result.Results.Axis;

/**
 * The values of a sweep, written as a list or a range:
 *
 * <pre>
 *   1,2,4,8           these values
 *   0..1:0.25         from 0 in steps of 0.25, up to 1
 *   1..64             both ends, and values between them. Clients: all if there are at most 8, otherwise doubling.
 *                     Probabilities: 6, evenly spaced. Rates: 12, with a constant ratio, rounded to two digits
 * </pre>
 *
 * @param values ascending: whole numbers from 1 to 1000 for {@link Axis#CLIENTS}; 0 to 1 for {@link Axis#PROBABILITY};
 *     requests per second, above 0 and up to 1,000,000, for {@link Axis#RATE}
 */
public record Series(Axis axis, List<Double> values) {
    private static final int MAX_VALUES = 100;
    private static final int MAX_CONSECUTIVE_CLIENTS = 8;
    private static final int PROBABILITIES = 6;
    private static final int RATES = 12;

    private static final String NUMBER = "([0-9]{1,9}(?:\\.[0-9]{1,9})?)";
    private static final Pattern RANGE =
            Pattern.compile("\\s*" + NUMBER + "\\s*\\.\\.\\s*" + NUMBER + "\\s*(?::\\s*" + NUMBER + "\\s*)?");
    private static final String FORMS =
            "a list such as 1,2,4,8, a range such as 1..64, or a range with a step such as" + " 0..0.8:0.2";

    /** Checks the number of values, their order and their bounds. */
    public Series {
        values = List.copyOf(values);
        require(axis != Axis.NONE, "there is no axis");
        require(!values.isEmpty(), "it is empty; expected at least one value");
        require(values.size() <= MAX_VALUES, "it has " + values.size() + " values; expected at most " + MAX_VALUES);
        for (int i = 0; i < values.size(); i++) {
            requireWithin(axis, values.get(i));
            require(
                    i == 0 || values.get(i - 1) < values.get(i),
                    "it has " + plain(values.get(i)) + " after " + plain(values.get(Math.max(0, i - 1)))
                            + "; expected ascending values");
        }
    }

    /**
     * Reads a list or a range.
     *
     * @throws IllegalArgumentException if the text is neither; the message tells what was found and what is expected
     */
    public static Series parse(String text, Axis axis) {
        try {
            Matcher range = RANGE.matcher(text);
            List<BigDecimal> values = range.matches() ? range(range, axis) : list(text);
            return new Series(axis, values.stream().map(BigDecimal::doubleValue).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Abbreviated.quoted(text) + " is not a series: " + e.getMessage(), e);
        }
    }

    /** The values as numbers of clients. */
    public List<Integer> whole() {
        return values.stream().map(Double::intValue).toList();
    }

    private static List<BigDecimal> list(String text) {
        require(!text.contains("…") && !text.contains(".."), "it has an ellipsis; expected " + FORMS);
        String[] values = text.split(",", -1);
        require(values.length <= MAX_VALUES, "it has " + values.length + " values; expected at most " + MAX_VALUES);
        return Arrays.stream(values).map(value -> number(value.strip())).toList();
    }

    private static BigDecimal number(String text) {
        require(text.matches(NUMBER), Abbreviated.quoted(text) + " is not a number; expected " + FORMS);
        return new BigDecimal(text);
    }

    private static List<BigDecimal> range(Matcher range, Axis axis) {
        BigDecimal first = new BigDecimal(range.group(1));
        BigDecimal last = new BigDecimal(range.group(2));
        requireWithin(axis, first.doubleValue());
        requireWithin(axis, last.doubleValue());
        require(
                first.compareTo(last) < 0,
                "it goes from " + plain(first) + " to " + plain(last) + "; expected the lower end first");
        if (range.group(3) != null) {
            return stepped(first, last, new BigDecimal(range.group(3)));
        }
        return switch (axis) {
            case CLIENTS -> clients(first, last);
            case PROBABILITY -> probabilities(first, last);
            case RATE -> rates(first, last);
            case NONE -> throw new IllegalArgumentException("there is no axis");
        };
    }

    private static List<BigDecimal> stepped(BigDecimal first, BigDecimal last, BigDecimal step) {
        require(step.signum() > 0, "its step is 0; expected a step above 0");
        List<BigDecimal> values = new ArrayList<>();
        for (BigDecimal next = first; next.compareTo(last) <= 0; next = next.add(step)) {
            require(values.size() < MAX_VALUES, "it has more than " + MAX_VALUES + " values; expected at most that");
            values.add(next);
        }
        return values;
    }

    private static List<BigDecimal> clients(BigDecimal first, BigDecimal last) {
        boolean consecutive = last.subtract(first).intValue() < MAX_CONSECUTIVE_CLIENTS;
        List<BigDecimal> values = new ArrayList<>();
        for (BigDecimal next = first; next.compareTo(last) < 0; next = next.add(consecutive ? BigDecimal.ONE : next)) {
            values.add(next);
        }
        values.add(last);
        return values;
    }

    private static List<BigDecimal> probabilities(BigDecimal first, BigDecimal last) {
        BigDecimal step = last.subtract(first).divide(BigDecimal.valueOf(PROBABILITIES - 1)); // exact: a fifth
        List<BigDecimal> values = new ArrayList<>();
        for (int i = 0; i < PROBABILITIES; i++) {
            values.add(first.add(step.multiply(BigDecimal.valueOf(i))));
        }
        return values;
    }

    private static List<BigDecimal> rates(BigDecimal first, BigDecimal last) {
        double ratio = last.doubleValue() / first.doubleValue();
        List<BigDecimal> values = new ArrayList<>(List.of(first));
        for (int i = 1; i < RATES - 1; i++) {
            double exact = first.doubleValue() * Math.pow(ratio, i / (RATES - 1.0));
            BigDecimal rounded = new BigDecimal(exact, new MathContext(2));
            // Ends that are close together leave fewer rounded numbers between them.
            if (rounded.compareTo(values.get(values.size() - 1)) > 0 && rounded.compareTo(last) < 0) {
                values.add(rounded);
            }
        }
        values.add(last);
        return values;
    }

    private static void requireWithin(Axis axis, double value) {
        boolean within = switch (axis) {
            case CLIENTS -> value >= 1 && value <= 1000 && value == Math.rint(value);
            case PROBABILITY -> value >= 0 && value <= 1;
            case RATE -> value > 0 && value <= 1_000_000;
            case NONE -> false;
        };
        String bounds = switch (axis) {
            case CLIENTS -> "whole numbers of clients from 1 to 1000";
            case PROBABILITY -> "probabilities from 0 to 1";
            case RATE -> "requests per second above 0, up to 1000000";
            case NONE -> "nothing";
        };
        require(within, "it has " + plain(value) + "; expected " + bounds);
    }

    private static String plain(double value) {
        return plain(BigDecimal.valueOf(value));
    }

    private static String plain(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Reads numbers of clients from the command line. */
    public static final class OfClients extends Converter {
        /** For picocli. */
        public OfClients() {
            super(Axis.CLIENTS);
        }
    }

    /** Reads probabilities from the command line. */
    public static final class OfProbabilities extends Converter {
        /** For picocli. */
        public OfProbabilities() {
            super(Axis.PROBABILITY);
        }
    }

    /** Reads rates, in requests per second, from the command line. */
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
