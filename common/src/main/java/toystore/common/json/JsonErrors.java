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

/** Describes errors of Jackson to the author of the JSON, who does not know Jackson. */
public final class JsonErrors {
    /** Jackson's text for an unknown place. */
    private static final Pattern START = Pattern.compile(" \\(start marker at \\[[^\\]]*]\\)");

    /** Jackson's advice for programmers. */
    private static final Pattern ADVICE = Pattern.compile(": [^:]*(?:`|Feature).*");

    /** Jackson's text for the origin of a limit. */
    private static final Pattern SOURCE = Pattern.compile(", from `[^`]*`");

    private JsonErrors() {}

    /** The place of the error, a path like {@code products[3].price}; empty for the whole text. */
    public static String place(JacksonException e) {
        return e.getPath().stream()
                .map(step ->
                        step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    /** The reason: what was found and what was expected. */
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
            String reason = "not JSON: " + START.matcher(e.getOriginalMessage()).replaceAll("");
            return ADVICE.matcher(reason).replaceAll("");
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
