package toystore.frontend.http.parse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import toystore.common.Abbreviated;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;

/**
 * The target of a request (RFC 9112 §3.2): a path and a query, alone (origin form) or behind a scheme and an authority
 * (absolute form), or {@code *} for the server itself (asterisk form).
 *
 * <p>The target is split first; its parts are percent-decoded once, after that. A path that a proxy in front of this
 * server could read as another path is refused.
 *
 * @param path its segments: {@code /products/Tux} has two; {@code /} has one, which is empty; {@code *} has none
 * @param query parameters by name
 */
record RequestTarget(List<String> path, Map<String, String> query) {
    /** The characters of RFC 3986, and those that browsers do not encode. */
    private static final Ascii CHARACTERS = new Ascii(Ascii.ALPHANUMERIC + "-._~:/?[]@!$&'()*+,;=%" + "^`{|}");

    private static final Ascii SCHEME_CHARACTERS = new Ascii(Ascii.ALPHANUMERIC + "+-.");
    /** RFC 3986 §3.2.2 without the comma. */
    private static final Ascii HOST_CHARACTERS = new Ascii(Ascii.ALPHANUMERIC + "-._~!$&'()*+;=%");

    private static final Ascii ADDRESS_CHARACTERS = new Ascii(Ascii.HEXADECIMAL_DIGITS + ":.");

    public RequestTarget {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    /** Refuses a text with characters that no target has. */
    static void requireCharacters(String text) throws HttpException {
        for (int i = 0; i < text.length(); i++) {
            if (!CHARACTERS.contains(text.charAt(i))) {
                throw bad("the target contains the character " + text.charAt(i) + "; it must be percent-encoded");
            }
        }
    }

    /** @param confidential whether the request is sent over TLS, so that its scheme may be https */
    static RequestTarget of(RequestLine line, boolean confidential) throws HttpException {
        String method = line.method();
        String text = line.target();
        if (method.equals("CONNECT")) {
            throw isAuthority(text) && text.matches(".*:[0-9]+")
                    ? new HttpException(Status.NOT_IMPLEMENTED, "this is not a proxy: CONNECT is not implemented")
                    : bad("the target of CONNECT is not a host and a port");
        }
        if (text.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw bad("the target * is for OPTIONS, not for " + method);
            }
            return new RequestTarget(List.of(), Map.of());
        }
        return text.startsWith("/") ? split(text) : absolute(text, confidential);
    }

    private static RequestTarget absolute(String text, boolean confidential) throws HttpException {
        int end = text.indexOf("://");
        if (end < 0) {
            throw bad("the target does not start with a slash");
        }
        String scheme = text.substring(0, end);
        if (!SCHEME_CHARACTERS.containsAll(scheme) || scheme.isEmpty()) {
            throw bad("the target begins with " + Abbreviated.quoted(scheme) + "; expected a slash, or http");
        }
        if (!scheme.equalsIgnoreCase("http") && !(confidential && scheme.equalsIgnoreCase("https"))) {
            throw new HttpException(
                    Status.MISDIRECTED_REQUEST,
                    "the scheme of the target is " + Abbreviated.quoted(scheme) + "; only "
                            + (confidential ? "https and http are" : "http is") + " served here");
        }
        String rest = text.substring(end + 3);
        int slash = rest.indexOf('/');
        int mark = rest.indexOf('?');
        int host = Math.min(slash < 0 ? rest.length() : slash, mark < 0 ? rest.length() : mark);
        if (!isAuthority(rest.substring(0, host))) {
            throw bad("the target's host is " + Abbreviated.quoted(rest.substring(0, host))
                    + "; expected a host, or a host and a port");
        }
        String local = rest.substring(host);
        return split(local.startsWith("/") ? local : "/" + local);
    }

    private static RequestTarget split(String local) throws HttpException {
        int mark = local.indexOf('?');
        return new RequestTarget(
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
        String decoded = decode(text);
        if (decoded.equals(".") || decoded.equals("..")) {
            throw bad("the path contains the segment " + decoded + ", which is not allowed");
        }
        if (decoded.indexOf('/') >= 0) {
            throw bad("the path contains a percent-encoded slash; send a name with a slash in the query");
        }
        return decoded;
    }

    /** Parses a query. A plus sign is a space, as HTML forms encode it. */
    private static Map<String, String> parameters(String query) throws HttpException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode((equals < 0 ? pair : pair.substring(0, equals)).replace('+', ' '));
            String value = decode((equals < 0 ? "" : pair.substring(equals + 1)).replace('+', ' '));
            if (parameters.putIfAbsent(name, value) != null) {
                throw bad("the parameter " + Abbreviated.quoted(name) + " is given twice");
            }
        }
        return parameters;
    }

    /**
     * Returns whether the text is {@code uri-host [ ":" port ]}, as in an absolute target and in the field {@code
     * Host}. RFC 3986 allows an empty host; an {@code http} URI must not have one (RFC 9110 §4.2.1), and no other URI
     * is served here.
     */
    static boolean isAuthority(String text) {
        int colon = text.startsWith("[") ? text.indexOf("]:") + 1 : text.indexOf(':');
        if (colon <= 0) {
            return isHost(text);
        }
        return isHost(text.substring(0, colon)) && isPort(text.substring(colon + 1));
    }

    private static boolean isHost(String host) {
        if (host.startsWith("[")) {
            return host.endsWith("]") && ADDRESS_CHARACTERS.containsAll(host, 1, host.length() - 1) && isIpv6(host);
        }
        return !host.isEmpty() && HOST_CHARACTERS.containsAll(host) && isPercentCodingValid(host);
    }

    private static boolean isIpv6(String bracketed) {
        try {
            return new URI("http://" + bracketed).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isPort(String port) {
        return port.length() <= 5
                && Ascii.DIGITS.containsAll(port)
                && (port.isEmpty() || Integer.parseInt(port) <= 65535);
    }

    /** Decodes percent-encoded bytes (RFC 3986 §2.1) once. They must be UTF-8, and no control characters. */
    private static String decode(String text) throws HttpException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        if (!isPercentCodingValid(text)) {
            throw bad("a percent sign in the target is not followed by two hexadecimal digits");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        boolean isAscii = true;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                int octet = octet(text, i);
                isAscii &= octet < 0x80;
                bytes.write(octet);
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        if (isAscii) {
            return bytes.toString(US_ASCII);
        }
        try {
            // a new decoder reports malformed bytes, and does not replace them
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad("the target is not UTF-8 after percent-decoding");
        }
    }

    /** Returns whether every percent sign is followed by two hexadecimal digits. */
    private static boolean isPercentCodingValid(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (i + 3 > text.length() || !Ascii.HEXADECIMAL.containsAll(text, i + 1, i + 3)) {
                return false;
            }
        }
        return true;
    }

    private static int octet(String text, int percent) throws HttpException {
        int octet = HexFormat.fromHexDigits(text, percent + 1, percent + 3);
        if (octet < ' ' || octet == 127) {
            throw bad(String.format(
                    Locale.ROOT, "the target contains the control character U+%04X, percent-encoded", octet));
        }
        return octet;
    }

    private static HttpException bad(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }
}
