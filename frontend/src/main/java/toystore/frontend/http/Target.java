package toystore.frontend.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.common.Abbreviated;

/**
 * What a request is for (RFC 9112 §3.2): a path and a query, alone (origin form) or behind a scheme and a host (absolute
 * form), or the server itself (asterisk form). It is split first and percent-decoded after that, once, as UTF-8; what a
 * proxy before this server could have read as another path is refused.
 *
 * @param path its segments: {@code /products/Tux} has two; {@code /} has one, which is empty; {@code *} has none
 * @param query parameters by name
 */
public record Target(List<String> path, Map<String, String> query) {
    private static final String SCHEME = "http";
    /** The characters of RFC 3986, and those that browsers send as they are. */
    private static final Ascii CHARACTERS = Ascii.of(Ascii.ALPHANUMERIC + "-._~:/?[]@!$&'()*+,;=%" + "^`{|}");

    private static final Ascii SCHEME_CHARACTERS = Ascii.of(Ascii.ALPHANUMERIC + "+-.");

    public Target {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    /** Refuses what can be no target, whatever it is for. */
    static void requireCharacters(String text) throws HttpException {
        for (int i = 0; i < text.length(); i++) {
            if (!CHARACTERS.contains(text.charAt(i))) {
                throw bad("the target contains the character " + text.charAt(i) + "; it must be percent-encoded");
            }
        }
    }

    static Target of(RequestLine line) throws HttpException {
        String method = line.method();
        String text = line.target();
        if (method.equals("CONNECT")) {
            throw Authority.hasPort(text)
                    ? new HttpException(Status.NOT_IMPLEMENTED, "this is not a proxy: CONNECT is not implemented")
                    : bad("the target of CONNECT is no host and port");
        }
        if (text.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw bad("the target * is for OPTIONS, not for " + method);
            }
            return new Target(List.of(), Map.of());
        }
        return text.startsWith("/") ? split(text) : absolute(text);
    }

    /** Whether it is for the server as a whole: {@code OPTIONS *}. */
    boolean isServer() {
        return path.isEmpty();
    }

    private static Target absolute(String text) throws HttpException {
        int end = text.indexOf("://");
        if (end < 0) {
            throw bad("the target does not start with a slash");
        }
        String scheme = text.substring(0, end);
        if (!SCHEME_CHARACTERS.containsAll(scheme) || scheme.isEmpty()) {
            throw bad("the target begins with " + Abbreviated.quoted(scheme) + "; expected a slash, or http");
        }
        if (!scheme.equalsIgnoreCase(SCHEME)) {
            throw new HttpException(
                    Status.MISDIRECTED_REQUEST,
                    "the scheme of the target is " + Abbreviated.quoted(scheme) + "; only http is served here");
        }
        String rest = text.substring(end + 3);
        int slash = rest.indexOf('/');
        int mark = rest.indexOf('?');
        int host = Math.min(slash < 0 ? rest.length() : slash, mark < 0 ? rest.length() : mark);
        if (!Authority.is(rest.substring(0, host))) {
            throw bad("the target's host is " + Abbreviated.quoted(rest.substring(0, host))
                    + "; expected a host, and maybe a port");
        }
        String local = rest.substring(host);
        return split(local.startsWith("/") ? local : "/" + local);
    }

    private static Target split(String local) throws HttpException {
        int mark = local.indexOf('?');
        return new Target(
                segments(mark < 0 ? local : local.substring(0, mark)),
                mark < 0 ? Map.of() : parameters(local.substring(mark + 1)));
    }

    private static List<String> segments(String path) throws HttpException {
        List<String> segments = new ArrayList<>(4);
        int slash = 0;
        while (slash < path.length()) {
            int start = slash + 1;
            int next = path.indexOf('/', start);
            slash = next < 0 ? path.length() : next;
            segments.add(segment(path.substring(start, slash)));
        }
        return segments;
    }

    private static String segment(String text) throws HttpException {
        String decoded = PercentCoding.decode(text);
        if (decoded.equals(".") || decoded.equals("..")) {
            throw bad("the path contains the segment " + decoded + "; expected one without such");
        }
        if (decoded.indexOf('/') >= 0) {
            throw bad("the path contains a slash that is percent-encoded; a name with a slash goes into the query");
        }
        return decoded;
    }

    /** In a query a plus sign stands for a space, as HTML forms send it. */
    private static Map<String, String> parameters(String query) throws HttpException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = PercentCoding.decode((equals < 0 ? pair : pair.substring(0, equals)).replace('+', ' '));
            String value = PercentCoding.decode((equals < 0 ? "" : pair.substring(equals + 1)).replace('+', ' '));
            if (parameters.putIfAbsent(name, value) != null) {
                throw bad("the parameter " + Abbreviated.quoted(name) + " is given twice");
            }
        }
        return parameters;
    }

    private static HttpException bad(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }
}
