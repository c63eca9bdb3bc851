package toystore.loadtest.expect;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import toystore.common.Abbreviated;
import toystore.loadtest.expect.Expectation.Operator;
import toystore.loadtest.expect.Quantity.Latency;
import toystore.loadtest.expect.Quantity.Rate;
import toystore.loadtest.expect.Quantity.Share;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;

/** Parses the text of an {@link Expectation}. */
final class ExpectationParser {
    private static final Pattern WHOLE = Pattern.compile("([^<>=≤≥]*)([<>=≤≥]+)([^<>=≤≥]*)");
    private static final Pattern WITH_KIND = Pattern.compile("([A-Za-z-]+)\\s*\\.\\s*(.*)");
    private static final Pattern PERCENTILE = Pattern.compile("p([0-9]{1,3}(?:\\.[0-9]{1,6})?)");
    private static final Pattern VALUE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)\\s*(\\S*)");

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** Both letters that look like µ are in use. */
    private static final Map<String, Integer> POWERS_OF_MS =
            Map.of("ns", -6, "us", -3, "\u00B5s", -3, "\u03BCs", -3, "ms", 0, "s", 3);

    private final String text;

    private ExpectationParser(String text) {
        this.text = text;
    }

    static Expectation parse(String text) {
        return new ExpectationParser(text).parse();
    }

    private Expectation parse() {
        Matcher whole = WHOLE.matcher(text);
        if (!whole.matches()) {
            throw wrong("it has no comparison, or more than one; expected one such as buy.p99<20ms, errors<0.1% or"
                    + " rate>=1000");
        }
        Operator operator = Operator.of(whole.group(2))
                .orElseThrow(() -> wrong(quoted(whole.group(2)) + " is no comparison; expected <, <=, > or >="));
        String left = whole.group(1).strip();
        Matcher withKind = WITH_KIND.matcher(left);
        boolean hasKind = withKind.matches();
        Kind kind = hasKind ? kind(withKind.group(1)) : null;
        Quantity quantity = quantity(hasKind ? withKind.group(2) : left);
        return new Expectation(
                text, kind, quantity, operator, bound(whole.group(3).strip(), quantity));
    }

    private Kind kind(String label) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(() -> wrong(quoted(label) + " is no kind of request; expected "
                        + Arrays.stream(Kind.values()).map(Kind::label).collect(Collectors.joining(", "))));
    }

    private Quantity quantity(String metric) {
        return switch (metric) {
            case "average", "avg", "mean" -> new Latency(Distribution::average);
            case "max" -> new Latency(Distribution::max);
            case "errors" -> Share.ERRORS;
            case "refused" -> Share.of(RequestOutcome.REFUSED);
            case "timeouts" -> Share.of(RequestOutcome.TIMEOUT);
            case "sold-out" -> Share.of(RequestOutcome.SOLD_OUT);
            case "rate", "throughput" -> new Rate();
            default -> percentile(metric);
        };
    }

    private Latency percentile(String metric) {
        Matcher matcher = PERCENTILE.matcher(metric);
        double percent = matcher.matches() ? Double.parseDouble(matcher.group(1)) : -1;
        if (percent < 0 || percent > 100) {
            throw wrong(quoted(metric) + " is no metric; expected average, p50, p99 or another percentile up to p100,"
                    + " max, errors, refused, timeouts, sold-out or rate");
        }
        return Latency.percentile(percent);
    }

    private double bound(String value, Quantity quantity) {
        Matcher matcher = VALUE.matcher(value);
        BigDecimal number = matcher.matches() ? new BigDecimal(matcher.group(1)) : null;
        String unit = number == null ? "" : matcher.group(2);
        if (quantity instanceof Latency) {
            Integer power = POWERS_OF_MS.get(unit);
            require(number != null && power != null, value, "a span of time in ns, us, ms or s, such as 20ms");
            return number.scaleByPowerOfTen(power).doubleValue();
        }
        if (quantity instanceof Share) {
            boolean isPercent = number != null && unit.equals("%") && number.compareTo(HUNDRED) <= 0;
            require(isPercent, value, "a share from 0% to 100%, such as 0.1%");
        } else {
            boolean isRate = number != null && (unit.isEmpty() || unit.equals("/s"));
            require(isRate, value, "requests per second, such as 1000");
        }
        return number.doubleValue();
    }

    private void require(boolean rule, String found, String expected) {
        if (!rule) {
            throw wrong((found.isEmpty() ? "its value is missing" : "its value is " + quoted(found)) + "; expected "
                    + expected);
        }
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException(quoted(text) + " is no expectation: " + why);
    }

    private static String quoted(String text) {
        return "\"" + Abbreviated.printable(text, 60) + "\"";
    }
}
