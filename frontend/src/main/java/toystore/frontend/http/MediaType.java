package toystore.frontend.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media type, the value of the field {@code Content-Type} (RFC 9110 §8.3.1):
 *
 * <pre>
 *   media-type = token "/" token *( OWS ";" OWS [ token "=" ( token / quoted-string ) ] )
 * </pre>
 *
 * @param type in lower case, like {@code subtype}
 * @param parameters values by name; the names are in lower case
 */
public record MediaType(String type, String subtype, Map<String, String> parameters) {
    static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++"; // RFC 9110 §5.6.2
    private static final String QUOTED = "\"((?:[\\t !#-\\[\\]-~\\x80-\\xFF]|\\\\[\\t -~\\x80-\\xFF])*+)\"";
    private static final Pattern ESSENCE = Pattern.compile("(" + TOKEN + ")/(" + TOKEN + ")");
    private static final Pattern PARAMETER =
            Pattern.compile("[ \\t]*+;[ \\t]*+(?:(" + TOKEN + ")=(?:(" + TOKEN + ")|" + QUOTED + "))?");

    public MediaType {
        parameters = Map.copyOf(parameters);
    }

    /** Parses a field value. Empty if the value is no media type, or gives a parameter twice. */
    public static Optional<MediaType> parse(String value) {
        Matcher essence = ESSENCE.matcher(value);
        if (!essence.lookingAt()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        Matcher parameter = PARAMETER.matcher(value);
        int end = essence.end();
        while (end < value.length()) {
            if (!parameter.region(end, value.length()).lookingAt()) {
                return Optional.empty();
            }
            if (parameter.group(1) != null && parameters.put(lower(parameter.group(1)), valueOf(parameter)) != null) {
                return Optional.empty();
            }
            end = parameter.end();
        }
        return Optional.of(new MediaType(lower(essence.group(1)), lower(essence.group(2)), parameters));
    }

    /** Returns whether it is this type and subtype, with any parameters. */
    public boolean is(String wantedType, String wantedSubtype) {
        return type.equals(wantedType) && subtype.equals(wantedSubtype);
    }

    private static String valueOf(Matcher parameter) {
        String token = parameter.group(2);
        return token != null ? token : parameter.group(3).replaceAll("\\\\(.)", "$1");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
