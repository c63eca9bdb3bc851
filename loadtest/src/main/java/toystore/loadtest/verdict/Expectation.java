package toystore.loadtest.verdict;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.loadtest.result.ExpectationResult;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.StepResult;
import toystore.loadtest.verdict.Quantity.Found;

/**
 * What a load test is to find, as a person writes it: {@code [kind.]metric op value}, such as {@code buy.p99<20ms},
 * {@code errors<0.1%} or {@code rate>=1000}.
 *
 * <pre>
 *   kind     query, buy or request; without it, a latency is that of each kind, the rest is of all requests
 *   metric   average (or avg, mean), p50, p90, p99, p99.9 or any other percentile, max    latency; in ns, us, ms or s
 *            errors, refused, timeouts, sold-out                                          share of requests; in %
 *            rate (or throughput)                          answered as asked; requests per second, with or without /s
 *   op       &lt; &lt;= &gt; &gt;=
 * </pre>
 *
 * <p>A latency is that of answers as asked, in an open loop from when a request was to be sent. {@code errors} are
 * refusals, errors and timeouts, and what an open loop never sent if no kind is named.
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
     * Reads what is described above.
     *
     * @throws IllegalArgumentException if it is no such text; the message says what was found, and what was expected
     */
    public static Expectation parse(String text) {
        return ExpectationParser.parse(text);
    }

    /**
     * Whether it holds in every step that it is about. Where there was no such request it says nothing; if that is so
     * in all steps, it does not hold. A latency does not hold where requests were made and none was answered as asked.
     */
    public ExpectationResult judge(List<StepResult> steps) {
        Found worst = null;
        String where = "";
        for (StepResult step : steps) {
            for (Found found : quantity.in(step, kind)) {
                if (worst == null || isWorse(found.value(), worst.value())) {
                    worst = found;
                    where = step.name();
                }
            }
        }
        if (worst == null) {
            return new ExpectationResult(
                    text, false, "no " + (kind == null ? "request" : kind.label()) + " in any step");
        }
        return new ExpectationResult(text, holds(worst.value()), shown(worst) + " in \"" + where + "\"");
    }

    /** Whether it holds in one step; it does not where there was no such request. */
    public boolean holds(StepResult step) {
        return judge(List.of(step)).held();
    }

    /** As it was given. */
    @Override
    public String toString() {
        return text;
    }

    /** Nothing to measure is the worst that there is. */
    private boolean isWorse(double value, double than) {
        if (Double.isNaN(value) || Double.isNaN(than)) {
            return Double.isNaN(value) && !Double.isNaN(than);
        }
        return operator.isUpperBound() ? value > than : value < than;
    }

    private boolean holds(double value) {
        return operator.holds(value, bound);
    }

    private String shown(Found found) {
        if (Double.isNaN(found.value())) {
            return "no" + found.whose() + " answered as asked";
        }
        return rounded(found.value())
                + quantity.unit()
                + (kind == null && !found.whose().isEmpty() ? " for" + found.whose() : "");
    }

    /** As short as can be without looking as if it were on the other side of the bound. */
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

    /** Reads one from the command line. */
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
