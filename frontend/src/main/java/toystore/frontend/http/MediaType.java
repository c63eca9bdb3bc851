package toystore.frontend.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a content is, as the field Content-Type says it (RFC 9110 §8.3.1):
 *
 * <pre>
 *   media-type = token "/" token *( OWS ";" OWS [ token "=" ( token / quoted-string ) ] )
 * </pre>
 *
 * @param type in lower case, as {@code subtype} is
 * @param parameters values by name, the names in lower case
 */
public record MediaType(String type, String subtype, Map<String, String> parameters) {
    private static final String QUOTED = "\"((?:[\\t !#-\\[\\]-~\\x80-\\xFF]|\\\\[\\t -~\\x80-\\xFF])*+)\"";
    private static final Pattern ESSENCE = Pattern.compile("(" + Token.REGEX + ")/(" + Token.REGEX + ")");
    private static final Pattern PARAMETER =
            Pattern.compile("[ \\t]*+;[ \\t]*+(?:(" + Token.REGEX + ")=(?:(" + Token.REGEX + ")|" + QUOTED + "))?");

    public MediaType {
        parameters = Map.copyOf(parameters);
    }

    /** Empty if this is none, or gives a parameter twice. */
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

    /** Both without regard to case; whatever the parameters are. */
    public boolean is(String wantedType, String wantedSubtype) {
        return type.equalsIgnoreCase(wantedType) && subtype.equalsIgnoreCase(wantedSubtype);
    }

    private static String valueOf(Matcher parameter) {
        String token = parameter.group(2);
        return token != null ? token : parameter.group(3).replaceAll("\\\\(.)", "$1");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
