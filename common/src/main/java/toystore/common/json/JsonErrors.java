package toystore.common.json;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** What is wrong with some JSON and where in it, in the words of a person who wrote it and never heard of Jackson. */
public final class JsonErrors {
    /** What Jackson adds of a place that it does not know. */
    private static final Pattern START = Pattern.compile(" \\(start marker at \\[[^\\]]*]\\)");

    /** What Jackson adds for the programmer who uses it. */
    private static final Pattern ADVICE = Pattern.compile(": [^:]*(?:`|Feature).*");

    /** Where Jackson has a limit from, for the same. */
    private static final Pattern SOURCE = Pattern.compile(", from `[^`]*`");

    private JsonErrors() {}

    /** Where: a path like {@code products[3].price}; empty if it is the whole. */
    public static String place(JacksonException e) {
        return e.getPath().stream()
                .map(step ->
                        step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    /** What was found there and what was expected. */
    public static String reason(JacksonException e) {
        if (e instanceof ValueInstantiationException && e.getCause() instanceof IllegalArgumentException broken) {
            return broken.getMessage();
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown field; expected one of " + unknown.getKnownPropertyIds();
        }
        if (e instanceof InputCoercionException overflow) {
            boolean isInt = overflow.getTargetType() == int.class || overflow.getTargetType() == Integer.class;
            return "expected a whole number up to " + (isInt ? Integer.MAX_VALUE : Long.MAX_VALUE);
        }
        if (e instanceof StreamConstraintsException) {
            return SOURCE.matcher(e.getOriginalMessage()).replaceAll("");
        }
        if (e.getCause() instanceof NumberFormatException) {
            return "expected a number with a smaller exponent";
        }
        if (e instanceof StreamReadException) {
            String said = "not JSON: " + START.matcher(e.getOriginalMessage()).replaceAll("");
            return ADVICE.matcher(said).replaceAll("");
        }
        return "expected "
                + (e instanceof MismatchedInputException other ? kind(other.getTargetType()) : "something else");
    }

    private static String kind(Class<?> wanted) {
        if (wanted == int.class || wanted == Integer.class || wanted == long.class || wanted == Long.class) {
            return "a whole number, in digits alone";
        }
        if (wanted == String.class) {
            return "a string";
        }
        return wanted == BigDecimal.class ? "a number" : "a JSON object";
    }
}
