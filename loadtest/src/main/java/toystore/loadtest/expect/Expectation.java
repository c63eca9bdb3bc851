package toystore.loadtest.expect;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.loadtest.expect.Quantity.Value;
import toystore.loadtest.result.Results.ExpectationResult;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.StepResult;

/**
 * An expected result of a load test, written {@code [kind.]metric op value}: {@code buy.p99<20ms},
 * {@code errors<0.1%}, {@code rate>=1000}.
 *
 * <pre>
 *   kind     query, buy or request; without it, a latency must hold for each kind, the rest for all requests
 *   metric   average (or avg, mean), p50, p90, p99, p99.9 or any other percentile, max    latency; in ns, us, ms or s
 *            errors, refused, timeouts, sold-out                                          share of requests; in %
 *            rate (or throughput)                           successful requests per second, with or without /s
 *   op       &lt; &lt;= &gt; &gt;=
 * </pre>
 *
 * <p>Latencies are those of successful requests; an open loop measures them from when a request was due. {@code errors}
 * are refusals, errors and timeouts, and, if no kind is named, the requests that an open loop never sent.
 */
public final class Expectation {
    private static final int DIGITS = 3;

    private final String text;
    private final Kind kind;
    private final Quantity quantity;
    private final Operator operator;
    private final double bound;

    Expectation(String text, Kind kind, Quantity quantity, Operator operator, double bound) {
        this.text = text;
        this.kind = kind;
        this.quantity = quantity;
        this.operator = operator;
        this.bound = bound;
    }

    /**
     * Parses the syntax described above.
     *
     * @throws IllegalArgumentException if the text does not match; the message says what was found and expected
     */
    public static Expectation parse(String text) {
        return ExpectationParser.parse(text);
    }

    /**
     * Evaluates it in every step that has such requests. If no step has any, it does not hold. A latency does not hold
     * in a step in which no such request was successful.
     */
    public ExpectationResult evaluate(List<StepResult> steps) {
        Value worst = null;
        String where = "";
        for (StepResult step : steps) {
            for (Value value : quantity.values(step, kind)) {
                if (worst == null || isWorse(value.number(), worst.number())) {
                    worst = value;
                    where = step.name();
                }
            }
        }
        if (worst == null) {
            return new ExpectationResult(
                    text, false, "no " + (kind == null ? "request" : kind.label()) + " in any step");
        }
        return new ExpectationResult(text, holds(worst.number()), describe(worst) + " in \"" + where + "\"");
    }

    /** Returns whether it holds in one step; false if the step has no such request. */
    public boolean holds(StepResult step) {
        return evaluate(List.of(step)).held();
    }

    /** The text that was parsed. */
    @Override
    public String toString() {
        return text;
    }

    /** NaN, without anything to measure, is worse than any number. */
    private boolean isWorse(double value, double than) {
        if (Double.isNaN(value) || Double.isNaN(than)) {
            return Double.isNaN(value) && !Double.isNaN(than);
        }
        return operator.isUpperBound() ? value > than : value < than;
    }

    private boolean holds(double value) {
        return operator.holds(value, bound);
    }

    private String describe(Value value) {
        if (Double.isNaN(value.number())) {
            return "no" + value.requests() + " answered as asked";
        }
        return rounded(value.number())
                + quantity.unit()
                + (kind == null && !value.requests().isEmpty() ? " for" + value.requests() : "");
    }

    /** The shortest form, with at least three digits, that is on the same side of the bound as the value. */
    private String rounded(double value) {
        BigDecimal exact = BigDecimal.valueOf(value);
        BigDecimal rounded = exact;
        int least = Math.max(DIGITS, exact.precision() - exact.scale()); // never shorter than to a whole number
        for (int digits = exact.precision() - 1; digits >= least; digits--) {
            BigDecimal shorter = exact.round(new MathContext(digits));
            if (holds(shorter.doubleValue()) == holds(value)) {
                rounded = shorter;
            }
        }
        return rounded.stripTrailingZeros().toPlainString();
    }

    /** How a value is compared with its bound. */
    enum Operator {
        BELOW("<"),
        AT_MOST("<="),
        ABOVE(">"),
        AT_LEAST(">=");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        static Optional<Operator> of(String sign) {
            return Arrays.stream(values()).filter(it -> it.sign.equals(sign)).findFirst();
        }

        boolean isUpperBound() {
            return this == BELOW || this == AT_MOST;
        }

        /** False if the value is not a number. */
        boolean holds(double value, double bound) {
            return switch (this) {
                case BELOW -> value < bound;
                case AT_MOST -> value <= bound;
                case ABOVE -> value > bound;
                case AT_LEAST -> value >= bound;
            };
        }
    }

    /** Converts an argument of the command line. */
    public static final class Converter implements ITypeConverter<Expectation> {
        @Override
        public Expectation convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
